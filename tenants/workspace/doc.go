// Package workspace holds the pages of a town's staff that belong to no trade:
// what needs attention, the activity log, members and invitations, API tokens,
// and the town's settings.
//
// It shows what modules offer without knowing any of them. Accounts and
// memberships are services/auth's; the town itself is tenants/directory's.
package workspace
