package views

import (
	"acvdata/web/components"
	"acvdata/web/layout"
)

// API is the page that explains the API.
type API struct {
	Shell    layout.Shell
	Document string // address of the OpenAPI document
	Groups   []CallGroup
}

// CallGroup is the calls of one module.
type CallGroup struct {
	Title, Icon string
	Calls       []Call
}

// Call is one call of the API.
type Call struct {
	Method, Path, Summary string
	Permission            string // asked of the token, "" for none
	Open                  bool   // needs no token
	Query                 []components.Definition
	Example               string // to paste in a terminal
}

// Add puts a call in the group of its module, in the order of arrival.
func (a *API) Add(group, icon string, call Call) {
	for i := range a.Groups {
		if a.Groups[i].Title == group {
			a.Groups[i].Calls = append(a.Groups[i].Calls, call)
			return
		}
	}
	a.Groups = append(a.Groups, CallGroup{Title: group, Icon: icon, Calls: []Call{call}})
}

func (c Call) tone() components.Tone {
	switch c.Method {
	case "GET":
		return components.Data
	case "DELETE":
		return components.Danger
	default:
		return components.Brand
	}
}

const (
	iconOpen  = "globe"     // icon
	iconToken = "key-round" // icon
)
