package mail

import (
	"context"
	"embed"
	"fmt"
	"log/slog"
	"net/url"
	"strconv"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"

	"acvdata/services/fault"
	"acvdata/services/jobs"
)

// Message is a job: enqueue it on the transaction that is its reason.
type Message struct {
	To      string `json:"to"`
	Subject string `json:"subject"`
	Text    string `json:"text"`
	// ID names the message for ever ("follow-12"): sent twice, it is recognised as
	// one (RFC 5322 §3.6.4). "" makes one at each sending.
	ID string `json:"id,omitempty"`
	// Unsubscribe is the address that stops such messages, by GET for people and
	// by POST for mail programs (RFC 2369, RFC 8058); "" for none.
	Unsubscribe string `json:"unsubscribe,omitempty"`
}

// Kind implements db.Job.
func (Message) Kind() string { return "mail.send" }

// Sender sends messages through one mail server. Without a server, messages are
// dropped with a warning that names no one.
type Sender struct {
	client *gomail.Client
	from   string
}

// Open makes a sender: smtp://user:password@host:587 (STARTTLS when offered),
// smtps://… for TLS from the start, "" for none.
func Open(raw, from string) (*Sender, error) {
	s := &Sender{from: from}
	if raw == "" {
		return s, nil
	}
	u, err := url.Parse(raw)
	if err != nil || u.Hostname() == "" || u.Scheme != "smtp" && u.Scheme != "smtps" {
		return nil, fmt.Errorf("mail server: want smtp://host:port or smtps://host:port")
	}
	options := []gomail.Option{gomail.WithTimeout(20 * time.Second), gomail.WithTLSPolicy(gomail.TLSOpportunistic)}
	if port, err := strconv.Atoi(u.Port()); err == nil {
		options = append(options, gomail.WithPort(port))
	}
	if u.Scheme == "smtps" {
		options = append(options, gomail.WithSSL())
	}
	if password, ok := u.User.Password(); ok {
		options = append(options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover),
			gomail.WithUsername(u.User.Username()), gomail.WithPassword(password))
	}
	s.client, err = gomail.NewClient(u.Hostname(), options...)
	return s, err
}

// Workers gives the kind of job that sends.
func (s *Sender) Workers() []jobs.Kind {
	return []jobs.Kind{jobs.Define(jobs.Options{Timeout: time.Minute, MaxAttempts: 8}, s.work)}
}

func (s *Sender) work(ctx context.Context, _ *jobs.Task, m Message) error {
	if s.client == nil {
		slog.WarnContext(ctx, "message not sent: no mail server is configured")
		return nil
	}
	message := gomail.NewMsg()
	if err := message.From(s.from); err != nil {
		return fault.New(fault.Invalid, "mail.fault.address", fault.Because(err))
	}
	if err := message.To(m.To); err != nil {
		return fault.New(fault.Invalid, "mail.fault.address", fault.Because(err))
	}
	message.Subject(m.Subject)
	message.SetBodyString(gomail.TypeTextPlain, m.Text)
	if m.ID != "" {
		message.SetMessageIDWithValue(m.ID + "@" + s.domain())
	}
	if m.Unsubscribe != "" {
		message.SetGenHeader(gomail.HeaderListUnsubscribe, "<"+m.Unsubscribe+">")
		message.SetGenHeader(gomail.HeaderListUnsubscribePost, "List-Unsubscribe=One-Click")
	}
	return s.client.DialAndSendWithContext(ctx, message)
}

// domain is the sender's, for the identifiers of messages.
func (s *Sender) domain() string {
	_, domain, _ := strings.Cut(s.from, "@")
	return strings.TrimRight(domain, "> ")
}

// Catalogue holds locales/fr.yaml.
//
//go:embed locales
var Catalogue embed.FS
