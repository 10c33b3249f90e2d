package mail

import (
	"bufio"
	"fmt"
	"net"
	"strings"
	"testing"

	"acvdata/services/fault"
	"acvdata/services/jobs"
)

// catcher is a mail server that accepts one message and tells what it got.
func catcher(t *testing.T) (address string, got <-chan string) {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	messages := make(chan string, 1)
	go func() {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		defer func() { _ = conn.Close() }()
		converse(conn, messages)
	}()
	return listener.Addr().String(), messages
}

func converse(conn net.Conn, messages chan<- string) {
	say := func(line string) { _, _ = fmt.Fprintf(conn, "%s\r\n", line) }
	say("220 catcher")
	in, body, inData := bufio.NewScanner(conn), strings.Builder{}, false
	for in.Scan() {
		line := in.Text()
		switch {
		case inData && line == ".":
			inData = false
			messages <- body.String()
			say("250 ok")
		case inData:
			body.WriteString(line + "\n")
		case strings.HasPrefix(line, "DATA"):
			inData = true
			say("354 go on")
		case strings.HasPrefix(line, "QUIT"):
			say("221 bye")
			return
		default:
			say("250 ok")
		}
	}
}

func TestAMessageReachesTheServer(t *testing.T) {
	t.Parallel()
	address, got := catcher(t)
	s, err := Open("smtp://"+address, "ACV Data <ne-pas-repondre@acv.test>")
	if err != nil {
		t.Fatal(err)
	}
	m := Message{To: "camille@acv.test", Subject: "Invitation à Alès", Text: "Bonjour Camille"}
	if err := s.work(t.Context(), &jobs.Task{}, m); err != nil {
		t.Fatal(err)
	}
	text := <-got
	for _, want := range []string{"camille@acv.test", "ne-pas-repondre@acv.test", "Bonjour Camille"} {
		if !strings.Contains(text, want) {
			t.Errorf("the message lacks %q:\n%s", want, text)
		}
	}
}

func TestAMessageSaysHowToStopItAndWhichOneItIs(t *testing.T) {
	t.Parallel()
	address, got := catcher(t)
	s, err := Open("smtp://"+address, "ACV Data <ne-pas-repondre@acv.test>")
	if err != nil {
		t.Fatal(err)
	}
	link := "https://acv.test/niort/suivi/" + strings.Repeat("x", 43)
	m := Message{To: "camille@acv.test", Subject: "Du nouveau", Text: "Bonjour", ID: "follow-1", Unsubscribe: link}
	if err := s.work(t.Context(), &jobs.Task{}, m); err != nil {
		t.Fatal(err)
	}
	text := strings.ReplaceAll(<-got, "\n ", " ")
	for _, want := range []string{"Message-ID: <follow-1@acv.test>", "List-Unsubscribe: <" + link + ">", "List-Unsubscribe-Post: List-Unsubscribe=One-Click"} {
		if !strings.Contains(text, want) {
			t.Errorf("the message lacks %q:\n%s", want, text)
		}
	}
}

func TestHeadersCannotBeInjected(t *testing.T) {
	t.Parallel()
	s, err := Open("smtp://127.0.0.1:1", "ACV Data <ne-pas-repondre@acv.test>")
	if err != nil {
		t.Fatal(err)
	}
	err = s.work(t.Context(), &jobs.Task{}, Message{To: "a@acv.test\r\nBcc: b@acv.test", Subject: "x"})
	if !fault.Is(err, fault.Invalid) {
		t.Errorf("got %v", err)
	}
}

func TestWithoutAServerNothingFails(t *testing.T) {
	t.Parallel()
	s, err := Open("", "x")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.work(t.Context(), &jobs.Task{}, Message{To: "a@acv.test"}); err != nil {
		t.Error(err)
	}
	if _, err := Open("http://host", "x"); err == nil {
		t.Error("a wrong scheme is accepted")
	}
}
