// Package markdown turns Markdown into HTML that may be written into a page.
//
// Two kinds of text come in. The product's own (help pages, legal notices) keeps
// tables and headings and its links are followed: [Article]. What people of a
// town write (a welcome, an addition to the legal notice) keeps paragraphs,
// lists, emphasis and links: [Written]. Whatever a text holds, no script, style,
// event, frame or picture of a third party comes out of either.
package markdown
