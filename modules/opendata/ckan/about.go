package ckan

// Description is what an action is asked, and a value of the type of its usual
// result.
type Description struct {
	Parameters []Parameter
	Result     any
}

// Parameter is one parameter of an action.
type Parameter struct {
	Name     string
	Type     string // of JSON Schema
	Required bool
}

var (
	byID     = Parameter{Name: "id", Type: "string", Required: true}
	inDetail = Parameter{Name: "all_fields", Type: "boolean"}
	paging   = []Parameter{{Name: "limit", Type: "integer"}, {Name: "offset", Type: "integer"}}

	searching = []Parameter{
		{Name: "q", Type: "string"},
		{Name: "fq", Type: "string"},
		{Name: "sort", Type: "string"},
		{Name: "start", Type: "integer"},
		{Name: "rows", Type: "integer"},
	}
)

// About describes an action.
func About(action string) Description {
	return map[string]Description{
		"site_read":         {Result: true},
		"status_show":       {Result: map[string]any{}},
		"package_list":      {paging, []string{}},
		"package_show":      {[]Parameter{byID}, Package{}},
		"package_search":    {searching, found{}},
		"resource_show":     {[]Parameter{byID}, Resource{}},
		"organization_list": {[]Parameter{inDetail}, []string{}},
		"organization_show": {[]Parameter{byID, {Name: "include_datasets", Type: "boolean"}}, Organization{}},
		"group_list":        {[]Parameter{inDetail}, []string{}},
		"tag_list":          {[]Parameter{{Name: "query", Type: "string"}, inDetail}, []string{}},

		"current_package_list_with_resources": {paging, []Package{}},
	}[action]
}
