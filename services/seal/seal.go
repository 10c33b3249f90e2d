package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
)

// Box seals and opens with one key: AES-256 in GCM (NIST SP 800-38D), a random
// nonce of 96 bits before each text. It is safe for concurrent use.
type Box struct{ aead cipher.AEAD }

// KeyLength is that of a key written in hexadecimal.
const KeyLength = 64

// form is the first byte of what is sealed, for the day it changes.
const form = 1

var (
	// ErrNoKey is an installation without a key: nothing can be entrusted to it.
	ErrNoKey = errors.New("the installation has no key to seal with")
	// ErrSealed is a text that this key and purpose do not open.
	ErrSealed = errors.New("sealed with another key or for another purpose")
)

// New makes a box of a key of 32 bytes in hexadecimal; of no key, a box that
// refuses everything with ErrNoKey.
func New(key string) (*Box, error) {
	if key == "" {
		return &Box{}, nil
	}
	raw, err := hex.DecodeString(key)
	if err != nil || len(key) != KeyLength {
		return nil, errors.New("the key is not 32 bytes in hexadecimal")
	}
	block, err := aes.NewCipher(raw)
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCM(block)
	return &Box{aead}, err
}

// Ready reports whether the box has a key.
func (b *Box) Ready() bool { return b.aead != nil }

// Seal makes a text unreadable. Two sealings of one text differ.
func (b *Box) Seal(plain, purpose string) ([]byte, error) {
	if !b.Ready() {
		return nil, ErrNoKey
	}
	nonce := make([]byte, b.aead.NonceSize())
	_, _ = rand.Read(nonce)
	return b.aead.Seal(append([]byte{form}, nonce...), nonce, []byte(plain), []byte(purpose)), nil
}

// Open reads what was sealed for the purpose.
func (b *Box) Open(sealed []byte, purpose string) (string, error) {
	if !b.Ready() {
		return "", ErrNoKey
	}
	head := 1 + b.aead.NonceSize()
	if len(sealed) < head || sealed[0] != form {
		return "", ErrSealed
	}
	plain, err := b.aead.Open(nil, sealed[1:head], sealed[head:], []byte(purpose))
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrSealed, err)
	}
	return string(plain), nil
}
