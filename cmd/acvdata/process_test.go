package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"mime/multipart"
	"net"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"acvdata/services/dbtest"
)

// asProgram turns this test binary into acvdata itself, to be stopped and killed.
const asProgram = "ACV_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
		return
	}
	code := m.Run()
	keptNeighbours.Drop()
	os.Exit(code)
}

// program is a running acvdata.
type program struct {
	t       *testing.T
	cmd     *exec.Cmd
	said    *transcript
	ended   chan struct{}
	address string // of its pages
}

// transcript is what a program says, while it says it.
type transcript struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (s *transcript) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(p)
}

func (s *transcript) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// settings are those of an installation of the test's own, on free ports.
func settings(t *testing.T) map[string]string {
	t.Helper()
	listen := freeAddress(t)
	return map[string]string{
		"DATABASE_URL": dbtest.AdminURL(t), "ACV_DATA_DIR": t.TempDir(), "DEMO": "0",
		"ACV_LISTEN": listen, "ACV_BASE_URL": "http://" + listen,
		"ACV_ADMIN_LISTEN": freeAddress(t), "ACV_LOCAL_IDP_LISTEN": freeAddress(t),
	}
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}

func launch(t *testing.T, env map[string]string, args ...string) *program {
	t.Helper()
	p := &program{t: t, said: &transcript{}, ended: make(chan struct{}), address: env["ACV_LISTEN"]}
	p.cmd = exec.CommandContext(context.WithoutCancel(t.Context()), os.Args[0], args...)
	p.cmd.Env = append(os.Environ(), asProgram+"=1")
	for _, name := range slices.Sorted(maps.Keys(env)) {
		p.cmd.Env = append(p.cmd.Env, name+"="+env[name])
	}
	p.cmd.Stdout, p.cmd.Stderr = p.said, p.said
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { defer close(p.ended); _ = p.cmd.Wait() }()
	t.Cleanup(func() { _ = p.cmd.Process.Kill(); <-p.ended })
	return p
}

// ready waits until the platform answers that it can serve.
func (p *program) ready() {
	p.t.Helper()
	for {
		answer, err := http.Get("http://" + p.address + "/readyz") //nolint:noctx // ends with the program
		if err == nil {
			_ = answer.Body.Close()
			if answer.StatusCode == http.StatusOK {
				return
			}
		}
		select {
		case <-p.ended:
			p.t.Fatalf("acvdata ended: %s", p.said)
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// end waits for the end and gives the exit code.
func (p *program) end() int {
	p.t.Helper()
	select {
	case <-p.ended:
	case <-time.After(time.Minute):
		p.t.Fatalf("acvdata does not end: %s", p.said)
	}
	return p.cmd.ProcessState.ExitCode()
}

func (p *program) signal(s os.Signal) {
	p.t.Helper()
	if err := p.cmd.Process.Signal(s); err != nil {
		p.t.Fatal(err)
	}
}

func (p *program) get(path string) string {
	p.t.Helper()
	answer, err := http.Get("http://" + p.address + path) //nolint:noctx // a test's own server
	if err != nil {
		p.t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		p.t.Fatalf("%s: status %d, %v", path, answer.StatusCode, err)
	}
	return string(body)
}

func (p *program) trees() (n int64) {
	p.t.Helper()
	var page struct{ Total int64 }
	if err := json.Unmarshal([]byte(p.get("/api/v1/ales/arbres?limit=1")), &page); err != nil {
		p.t.Fatal(err)
	}
	return page.Total
}

// avenue is a file of n trees in Alès.
func avenue(n int) []byte {
	var b bytes.Buffer
	b.WriteString("matricule;genre;espece;longitude;latitude\n")
	for i := range n {
		fmt.Fprintf(&b, "A-%05d;Platanus;x hispanica;4,%05d;44,%05d\n", i, 7000+i%3000, 12000+i%2000)
	}
	return b.Bytes()
}

// TestAnEmptyStartIsKilledAndGoesOn starts without demonstration data, takes an
// import in, dies without a word, and has everything when it comes back.
func TestAnEmptyStartIsKilledAndGoesOn(t *testing.T) {
	t.Parallel()
	env := settings(t)
	first := launch(t, env, "demo")
	first.ready()
	if home := first.get("/"); !strings.Contains(home, "Saint-Omer") || strings.Contains(home, "Données d’illustration") {
		t.Error("an empty start lacks the towns, or shows them as illustrated")
	}
	if n := first.trees(); n != 0 {
		t.Errorf("%d trees in an empty start", n)
	}
	file := t.TempDir() + "/arbres.csv"
	if err := os.WriteFile(file, avenue(300), 0o600); err != nil {
		t.Fatal(err)
	}
	loading := launch(t, env, "import", "--tenant", "ales", "--target", "trees/inventory", "--json", file)
	if code := loading.end(); code != 0 || first.trees() != 300 {
		t.Fatalf("import ended with %d, %d trees: %s", code, first.trees(), loading.said)
	}
	first.signal(syscall.SIGKILL)
	first.end()

	second := launch(t, env, "demo")
	second.ready()
	if n := second.trees(); n != 300 {
		t.Errorf("%d trees after kill -9, want 300", n)
	}
	second.signal(os.Interrupt)
	if code := second.end(); code != 0 || !strings.Contains(second.said.String(), "Ctrl-C arrête tout") {
		t.Errorf("Ctrl-C ends with %d: %s", code, second.said)
	}
}

// TestAStopLetsWhatRunsEnd has half of an upload at the server when it is told
// to stop: the other half is taken, the answer given, and the import it started
// is loaded by whoever comes next, once.
func TestAStopLetsWhatRunsEnd(t *testing.T) {
	t.Parallel()
	env := settings(t)
	first := launch(t, env, "demo")
	first.ready()
	asking := launch(t, env, "token", "create", "--tenant", "ales", "--role", "manager")
	if asking.end() != 0 {
		t.Fatal(asking.said)
	}
	token := strings.Fields(asking.said.String())
	body, boundary := upload(t, avenue(5000))
	reader, writer := io.Pipe()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+first.address+"/api/v1/ales/imports", reader)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", boundary)
	request.Header.Set("Authorization", "Bearer "+token[len(token)-1])
	request.ContentLength = int64(len(body))
	go func() {
		half := len(body) / 2
		_, _ = writer.Write(body[:half])
		first.signal(syscall.SIGTERM)
		for !refuses(first.address) {
			<-time.After(10 * time.Millisecond)
		}
		_, _ = writer.Write(body[half:])
		_ = writer.Close()
	}()
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatalf("the upload was cut: %v; %s", err, first.said)
	}
	_ = answer.Body.Close()
	if answer.StatusCode != http.StatusAccepted {
		t.Errorf("status %d for an upload under way at the stop", answer.StatusCode)
	}
	if code := first.end(); code != 0 {
		t.Errorf("the stop ends with %d: %s", code, first.said)
	}

	second := launch(t, env, "demo")
	second.ready()
	for second.trees() == 0 {
		select {
		case <-second.ended:
			t.Fatal(second.said)
		case <-time.After(100 * time.Millisecond):
		}
	}
	if n := second.trees(); n != 5000 {
		t.Errorf("%d trees after a stop in mid-import, want 5000", n)
	}
}

// upload is the body of a form that sends a file and wants it loaded.
func upload(t *testing.T, file []byte) (body []byte, contentType string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for name, value := range map[string]string{"target": "trees/inventory", "commit": "true"} {
		if err := w.WriteField(name, value); err != nil {
			t.Fatal(err)
		}
	}
	part, err := w.CreateFormFile("file", "arbres.csv")
	if err == nil {
		_, err = part.Write(file)
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes(), w.FormDataContentType()
}

// refuses reports whether nobody listens any more.
func refuses(address string) bool {
	conn, err := net.Dial("tcp", address) //nolint:noctx // answered at once
	if err == nil {
		_ = conn.Close()
	}
	return err != nil
}

// TestWhatStandsInTheWayOfAStartIsSaid in French first, then in English.
func TestWhatStandsInTheWayOfAStartIsSaid(t *testing.T) {
	t.Parallel()
	taken, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = taken.Close() })
	port := taken.Addr().String()
	tests := map[string]struct {
		env  map[string]string
		said []string
	}{
		"the pages' port is taken":     {map[string]string{"ACV_LISTEN": port}, []string{"est déjà prise", "choisissez-en une autre avec ACV_LISTEN", "address already in use"}},
		"the console's port is taken":  {map[string]string{"ACV_ADMIN_LISTEN": port}, []string{"est déjà prise", "ACV_ADMIN_LISTEN", "address already in use"}},
		"the provider's port is taken": {map[string]string{"ACV_LOCAL_IDP_LISTEN": port}, []string{"est déjà prise", "ACV_LOCAL_IDP_LISTEN", "address already in use"}},
		"the database is not there": {
			map[string]string{"DATABASE_URL": "postgres://acv:tr3s-secret@127.0.0.1:1/acvdata"},
			[]string{"La base de données indiquée par DATABASE_URL", "ne s’ouvre pas", "check its address"},
		},
		"a setting is no number": {map[string]string{"ACV_MAX_ROWS": "beaucoup"}, []string{"ACV_MAX_ROWS", "acvdata config"}},
		"a folder is not ours":   {map[string]string{"DATABASE_URL": "", "ACV_DATA_DIR": "/proc/acvdata"}, []string{"ne peut pas servir à la base de données", "ACV_DATA_DIR", "cannot be used"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := settings(t)
			maps.Copy(env, test.env)
			p := launch(t, env, "demo")
			if code := p.end(); code != 1 {
				t.Errorf("exit code %d, want 1", code)
			}
			for _, text := range test.said {
				if !strings.Contains(p.said.String(), text) {
					t.Errorf("%q is not said: %s", text, p.said)
				}
			}
			if strings.Contains(p.said.String(), "tr3s-secret") || strings.Contains(p.said.String(), "panic") {
				t.Errorf("said too much: %s", p.said)
			}
		})
	}
}
