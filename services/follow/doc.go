// Package follow sends people news of what they follow, by e-mail, without an
// account ([Service]): one message a day at most, none without news.
//
// A module offers topics and their news by implementing [Provider]; the service
// finds it by type assertion and knows no module.
//
// # Consent
//
// The form is checked as those of contributions are (ticket, trap, least time,
// proof of work, limits by network and town). It answers the same whether the
// address is known or not. A message asks the address's owner to confirm, on a
// page with a button: programs that open links in messages confirm nothing. An
// address gets three such messages a day at most, whoever asks. What is not
// confirmed goes after three days.
//
// # Messages
//
// Every one carries the link to stop, as a page and in its headers (RFC 2369, RFC
// 8058): mail programs stop with one request that needs no page. Links are plain
// addresses of the town's pages: nothing counts who opens what. A message is
// queued in the transaction that notes its news as told, with a Message-ID that
// names both: a worker killed anywhere queues nothing twice, and a message sent
// twice by a mail server that lost its answer is recognised as one.
//
// News count ten minutes after they happen, so that what is undone at once is told
// to nobody and what is being written is not missed.
package follow
