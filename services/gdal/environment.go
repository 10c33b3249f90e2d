package gdal

import "strings"

// outside are GDAL's drivers that go to a network, to a database, to another
// file or to code that a file would name.
var outside = []string{
	"VRT", "OGR_VRT", "HTTP", "WMS", "WFS", "OAPIF", "WCS", "WMTS", "CSW", "OGCAPI", "CARTO", "AmigoCloud", "Elasticsearch",
	"PLSCENES", "PLMOSAIC", "NGW", "DAAS", "EEDA", "EEDAI", "STACTA", "STACIT", "PostgreSQL", "PostGISRaster", "MySQL",
	"MSSQLSpatial", "ODBC", "PGeo", "GMLAS", "GML", "LIBKML", "KML", "GPX", "GeoRSS", "SQLite", "Memory", "DERIVED",
}

// environment is all that the child knows of the world.
func environment(folder string) []string {
	return []string{
		"LC_ALL=C.UTF-8", "HOME=" + folder, "TMPDIR=" + folder, "CPL_TMPDIR=" + folder,
		"GDAL_SKIP=" + strings.Join(outside, ","), "GDAL_DRIVER_PATH=disable", "OGR_DRIVER_PATH=disable",
		"CPL_VSIL_CURL_ALLOWED_EXTENSIONS=.none", "CPL_VSIL_SHOW_NETWORK_STATS=NO",
		"GDAL_HTTP_PROXY=127.0.0.1:9", "GDAL_HTTPS_PROXY=127.0.0.1:9", "GDAL_HTTP_TIMEOUT=1", "GDAL_HTTP_CONNECTTIMEOUT=1",
		"GDAL_HTTP_MAX_RETRY=0", "http_proxy=127.0.0.1:9", "https_proxy=127.0.0.1:9", "PROJ_NETWORK=OFF",
		// A view or a trigger of a file may not call the functions GDAL adds to SQLite.
		"OGR_SQLITE_PRAGMA=trusted_schema=0", "OGR_SQLITE_LOAD_EXTENSIONS=",
		"GDAL_PAM_ENABLED=NO", "GDAL_NUM_THREADS=1", "GDAL_CACHEMAX=64", "CPL_DEBUG=OFF",
	}
}
