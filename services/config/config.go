package config

import (
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"reflect"
	"strings"
	"time"

	"github.com/caarlos0/env/v11"
)

// Config is everything an installation can set. The doc tag is what
// `acvdata config` prints; secret values are never printed.
type Config struct {
	Listen      string `env:"ACV_LISTEN" envDefault:"127.0.0.1:8080" doc:"address of the public server"`
	AdminListen string `env:"ACV_ADMIN_LISTEN" envDefault:"127.0.0.1:9090" doc:"private address: metrics and the job console"`
	BaseURL     string `env:"ACV_BASE_URL" envDefault:"http://localhost:8080" doc:"public address, without a trailing slash"`
	DataDir     string `env:"ACV_DATA_DIR" envDefault:".data" doc:"folder of the private database, files and local secrets"`

	DatabaseURL   string `env:"DATABASE_URL" secret:"true" doc:"PostgreSQL URL of the runtime role acv_app (empty: private cluster under the data folder)"`
	MigrateURL    string `env:"ACV_MIGRATE_URL" secret:"true" doc:"PostgreSQL URL of an administrator, for migrations (default: DATABASE_URL)"`
	DatabaseConns int32  `env:"ACV_DATABASE_CONNS" envDefault:"20" doc:"connections in the pool"`

	BlobURL  string `env:"ACV_BLOB_URL" secret:"true" doc:"object store: file:///folder or s3://key:secret@host/bucket (default: file://DATA_DIR/blobs)"`
	SMTPURL  string `env:"ACV_SMTP_URL" secret:"true" doc:"mail server: smtp://user:password@host:587 (empty: messages are logged as not sent)"`
	MailFrom string `env:"ACV_MAIL_FROM" envDefault:"ACV Data <ne-pas-repondre@localhost>" doc:"sender of the platform's messages"`

	OIDCIssuer         string   `env:"ACV_OIDC_ISSUER" doc:"OpenID provider (demo: the local one)"`
	OIDCClientID       string   `env:"ACV_OIDC_CLIENT_ID" envDefault:"acvdata" doc:"client identifier at the provider"`
	OIDCClientSecret   string   `env:"ACV_OIDC_CLIENT_SECRET" secret:"true" doc:"client secret at the provider"`
	OIDCScopes         []string `env:"ACV_OIDC_SCOPES" envSeparator:" " envDefault:"openid given_name usual_name email siret uid idp_id" doc:"scopes asked for"`
	OIDCACR            []string `env:"ACV_OIDC_ACR" envSeparator:" " doc:"acr values asked for (empty: none)"`
	OIDCSignedUserinfo bool     `env:"ACV_OIDC_SIGNED_USERINFO" envDefault:"true" doc:"require userinfo as a signed JWT, as ProConnect sends it"`

	LocalIDPListen string `env:"ACV_LOCAL_IDP_LISTEN" envDefault:"127.0.0.1:8085" doc:"address of the demo's OpenID provider"`

	SessionIdle     time.Duration `env:"ACV_SESSION_IDLE" envDefault:"2h" doc:"a session ends after this long without a request"`
	SessionAbsolute time.Duration `env:"ACV_SESSION_ABSOLUTE" envDefault:"12h" doc:"a session ends after this long in any case"`

	TrustedProxies []string      `env:"ACV_TRUSTED_PROXIES" envSeparator:"," doc:"addresses whose X-Forwarded-* headers are believed"`
	MaxUpload      int64         `env:"ACV_MAX_UPLOAD" envDefault:"500000000" doc:"largest file accepted, in bytes"`
	MaxRows        int64         `env:"ACV_MAX_ROWS" envDefault:"2000000" doc:"most rows in one import"`
	RequestTimeout time.Duration `env:"ACV_REQUEST_TIMEOUT" envDefault:"30s" doc:"time limit of one request"`
	ShutdownGrace  time.Duration `env:"ACV_SHUTDOWN_GRACE" envDefault:"20s" doc:"time running requests and jobs get at stop"`
	JobWorkers     int           `env:"ACV_JOB_WORKERS" envDefault:"50" doc:"short jobs worked at once"`
	HeavyWorkers   int           `env:"ACV_HEAVY_WORKERS" envDefault:"2" doc:"imports and publications worked at once"`

	TileCache   int `env:"ACV_TILE_CACHE" envDefault:"268435456" doc:"finished map tiles kept in memory, in bytes"`
	PointCache  int `env:"ACV_POINT_CACHE" envDefault:"134217728" doc:"points of maps kept in memory to cut tiles from, in bytes (20 a point)"`
	TableCache  int `env:"ACV_TABLE_CACHE" envDefault:"134217728" doc:"texts, orders and filters of tables kept in memory, in bytes"`
	ColumnCache int `env:"ACV_COLUMN_CACHE" envDefault:"201326592" doc:"datasets kept in memory by column, to filter and sort them, in bytes"`

	LegalPublisher string `env:"ACV_LEGAL_PUBLISHER" doc:"who runs the platform: name and address, on the legal pages"`
	LegalContact   string `env:"ACV_LEGAL_CONTACT" doc:"e-mail address of who runs the platform, on the legal pages"`
	LegalHost      string `env:"ACV_LEGAL_HOST" doc:"hosting company: name, address and telephone, on the legal pages"`

	WebhookPrivate bool `env:"ACV_WEBHOOK_PRIVATE" envDefault:"false" doc:"let webhooks reach private addresses and plain http: development and tests only"`
	FetchPrivate   bool `env:"ACV_FETCH_PRIVATE" envDefault:"false" doc:"let catalogues and watched files be read from private addresses and any port: development and tests only, refused where ACV_BASE_URL is https"`

	SecretKey   string `env:"ACV_SECRET_KEY" secret:"true" doc:"32 bytes in hexadecimal (openssl rand -hex 32) that seal the keys towns entrust to the platform; keep it: without it they have to be given again (default with the private cluster: made once under the data folder)"`
	DataGouvURL string `env:"ACV_DATAGOUV_URL" envDefault:"https://www.data.gouv.fr" doc:"portal that towns may also publish on, without a trailing slash (https://demo.data.gouv.fr to try)"`

	BaseMap   string `env:"ACV_BASE_MAP" envDefault:"neutral" doc:"base map: ign (Géoplateforme) or neutral (offline)"`
	Demo      bool   `env:"DEMO" envDefault:"true" doc:"make run fills the six towns with illustrative data (0: empty)"`
	LogLevel  string `env:"ACV_LOG_LEVEL" envDefault:"info" doc:"debug, info, warn or error"`
	LogFormat string `env:"ACV_LOG_FORMAT" envDefault:"json" doc:"json or text"`
}

// Load reads the environment. It names every wrong variable in one error.
func Load() (*Config, error) {
	variables, err := withFiles(os.Environ())
	if err != nil {
		return nil, err
	}
	var c Config
	if err := env.ParseWithOptions(&c, env.Options{Environment: variables}); err != nil {
		return nil, fmt.Errorf("réglage illisible : %s ; « acvdata config » les liste tous "+
			"(a setting cannot be read; \"acvdata config\" lists them all): %w", strings.Join(wrong(err), ", "), err)
	}
	c.BaseURL = strings.TrimRight(c.BaseURL, "/")
	if c.FetchPrivate && c.Secure() {
		return nil, errors.New("ACV_FETCH_PRIVATE ouvrirait le réseau privé à ceux qui donnent une adresse : retirez ce réglage, ou servez le " +
			"développement en http (it would open the private network to whoever gives an address: unset it, or serve development over http)")
	}
	c.DataGouvURL = strings.TrimRight(c.DataGouvURL, "/")
	if !strings.HasPrefix(c.DataGouvURL, "https://") && !c.FetchPrivate {
		return nil, errors.New("ACV_DATAGOUV_URL doit commencer par https:// : les clés des villes y sont envoyées (towns' keys are sent there)")
	}
	if raw, err := hex.DecodeString(c.SecretKey); err != nil || len(raw) != 0 && len(raw) != 32 {
		return nil, errors.New("ACV_SECRET_KEY doit être 32 octets en hexadécimal : « openssl rand -hex 32 » en fait une (32 bytes in hexadecimal)")
	}
	if c.MigrateURL == "" {
		c.MigrateURL = c.DatabaseURL
	}
	return &c, nil
}

// wrong names the variables that could not be read.
func wrong(err error) (names []string) {
	var all env.AggregateError
	if !errors.As(err, &all) {
		return nil
	}
	for _, one := range all.Errors {
		var parse env.ParseError
		if !errors.As(one, &parse) {
			continue
		}
		if field, known := reflect.TypeFor[Config]().FieldByName(parse.Name); known {
			names = append(names, field.Tag.Get("env"))
		}
	}
	return names
}

// Secure reports whether people reach the platform over https.
func (c *Config) Secure() bool { return strings.HasPrefix(c.BaseURL, "https://") }

// withFiles replaces NAME_FILE by NAME with the file's content.
func withFiles(environ []string) (map[string]string, error) {
	variables := env.ToMap(environ)
	for name, path := range variables {
		target, isFile := strings.CutSuffix(name, "_FILE")
		if !isFile || !known(target) {
			continue
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		variables[target] = strings.TrimSpace(string(text))
	}
	return variables, nil
}

func known(name string) bool {
	for _, s := range Settings() {
		if s.Name == name {
			return true
		}
	}
	return false
}

// Setting describes one variable for `acvdata config`.
type Setting struct {
	Name, Default, Doc string
	Secret             bool
}

// Settings lists every variable in the order of Config.
func Settings() []Setting {
	t := reflect.TypeFor[Config]()
	list := make([]Setting, 0, t.NumField())
	for field := range t.Fields() {
		tag := field.Tag
		list = append(list, Setting{
			Name: tag.Get("env"), Default: tag.Get("envDefault"),
			Doc: tag.Get("doc"), Secret: tag.Get("secret") == "true",
		})
	}
	return list
}
