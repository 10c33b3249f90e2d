// Command acvdata is the whole platform: it serves, works jobs, migrates, and
// does on the command line what the pages and the API do.
//
// It wires and nothing else: what each part does is in services, modules and
// tenants.
package main
