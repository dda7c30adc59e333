package run

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"tenantry/tests/istio/internal/policy"
)

// issuer is the identity provider that the policies trust.
type issuer struct {
	key *ecdsa.PrivateKey
}

const keyID = "the-issuers-key"

func newIssuer() (*issuer, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	return &issuer{key}, err
}

// ServeHTTP answers with the public keys.
func (i *issuer) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	_ = json.NewEncoder(w).Encode(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{
		Key: i.key.Public(), KeyID: keyID, Algorithm: string(jose.ES256), Use: "sig",
	}}})
}

// token is a good one for the tenant, as the policy asks for it, unless change makes something else of its claims.
func (i *issuer) token(t testing.TB, asked *policy.Token, tenant string, change func(map[string]any)) string {
	t.Helper()
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: jose.JSONWebKey{Key: i.key, KeyID: keyID}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	// Without a subject: not every issuer names one, and nobody asks for it.
	claims := map[string]any{
		"iss": asked.Issuer, "aud": asked.Audiences,
		"iat": time.Now().Unix(), "exp": time.Now().Add(time.Hour).Unix(),
	}
	// The claim may be within others.
	within := claims
	for _, name := range asked.Claim[:len(asked.Claim)-1] {
		next := map[string]any{}
		within[name] = next
		within = next
	}
	within[asked.Claim[len(asked.Claim)-1]] = tenant
	if change != nil {
		change(claims)
	}
	token, err := jwt.Signed(signer).Claims(claims).Serialize()
	if err != nil {
		t.Fatal(err)
	}
	return token
}
