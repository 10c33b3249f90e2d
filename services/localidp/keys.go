package localidp

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

// keyRing holds the signing key and the one before it: a token signed just
// before a rotation must still verify.
type keyRing struct {
	algorithm jose.SignatureAlgorithm
	current   jose.JSONWebKey
	previous  *jose.JSONWebKey
}

func newKeyRing(algorithm jose.SignatureAlgorithm) (*keyRing, error) {
	ring := &keyRing{algorithm: algorithm}
	return ring, ring.rotate()
}

func (k *keyRing) rotate() error {
	private, err := generate(k.algorithm)
	if err != nil {
		return err
	}
	if k.current.Key != nil {
		old := k.current.Public()
		k.previous = &old
	}
	k.current = jose.JSONWebKey{Key: private, KeyID: secret()[:12], Algorithm: string(k.algorithm), Use: "sig"}
	return nil
}

func generate(algorithm jose.SignatureAlgorithm) (crypto.Signer, error) {
	switch algorithm {
	case jose.ES256:
		return ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	case jose.RS256:
		return rsa.GenerateKey(rand.Reader, 2048)
	default:
		return nil, fmt.Errorf("localidp signs with ES256 or RS256, not %q", algorithm)
	}
}

func (k *keyRing) public() jose.JSONWebKeySet {
	set := jose.JSONWebKeySet{Keys: []jose.JSONWebKey{k.current.Public()}}
	if k.previous != nil {
		set.Keys = append(set.Keys, *k.previous)
	}
	return set
}

// sign makes a JWT, in the way the fault asks for.
func (k *keyRing) sign(claims map[string]any, fault Signature, clientSecret string) (string, error) {
	key := jose.SigningKey{Algorithm: k.algorithm, Key: k.current}
	switch fault {
	case SignedWell:
	case SignedByNobody:
		return unsigned(claims)
	case SignedWithSecret:
		key = jose.SigningKey{Algorithm: jose.HS256, Key: []byte(strings.Repeat(clientSecret, 4))}
	case SignedByStranger:
		stranger, err := generate(k.algorithm)
		if err != nil {
			return "", err
		}
		key.Key = jose.JSONWebKey{Key: stranger, KeyID: k.current.KeyID}
	}
	signer, err := jose.NewSigner(key, (&jose.SignerOptions{}).WithType("JWT"))
	if err != nil {
		return "", err
	}
	return jwt.Signed(signer).Claims(claims).Serialize()
}

// unsigned makes what a careless verifier accepts: {"alg":"none"}.
func unsigned(claims map[string]any) (string, error) {
	payload, err := json.Marshal(claims)
	if err != nil {
		return "", err
	}
	encode := base64.RawURLEncoding.EncodeToString
	return encode([]byte(`{"alg":"none","typ":"JWT"}`)) + "." + encode(payload) + ".", nil
}

// ours reports whether a token was signed by this provider and returns its
// audience. Keys die with the process: a token of a former run, signed by a key
// no longer known, is taken for ours, because all it buys is a way back to an
// address that was registered.
func (k *keyRing) ours(token string) (audience []string, ok bool) {
	parsed, err := jwt.ParseSigned(token, []jose.SignatureAlgorithm{k.algorithm})
	if err != nil || len(parsed.Headers) != 1 {
		return nil, false
	}
	var claims jwt.Claims
	for _, key := range k.public().Keys {
		if key.KeyID == parsed.Headers[0].KeyID {
			err := parsed.Claims(key.Key, &claims)
			return claims.Audience, err == nil
		}
	}
	if parsed.UnsafeClaimsWithoutVerification(&claims) != nil {
		return nil, false
	}
	return claims.Audience, true
}

// secret is 256 random bits in 43 characters.
func secret() string {
	var b [32]byte
	_, _ = rand.Read(b[:]) // never fails: crypto/rand ends the program instead
	return base64.RawURLEncoding.EncodeToString(b[:])
}
