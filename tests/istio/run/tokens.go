package run

import (
	"crypto/x509"
	"encoding/base64"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// badTokens sends requests that would be let through, with tokens that nobody should believe. Envoy refuses them.
func (w *world) badTokens(t testing.TB) *trial {
	tried := &trial{}
	if w.policy.Tenancy.Token == nil {
		return tried
	}
	for name := range w.clusters {
		w.badTokensAt(t, tried, name, w.public)
	}
	w.preflights(t, tried)
	return tried
}

// badTokensAt brings them to one cluster's gateway.
func (w *world) badTokensAt(t testing.TB, tried *trial, cluster string, dial dialer) {
	t.Helper()
	row := w.atHome(t, cluster)
	tenant := row.Token
	row.Token = ""
	for what, token := range w.unbelievable(t, tenant) {
		bad := row
		bad.Headers = append([]string{"authorization: Bearer " + token}, row.Headers...)
		connection := dial(t, bad)
		got := w.send(t, connection, bad)
		_ = connection.Close()
		tried.count++
		if got.status != http.StatusUnauthorized && got.status != http.StatusForbidden {
			tried.wrong("%s: a token (%s): got %s", cluster, what, got)
		}
	}
}

// unbelievable are tokens of a tenant that nobody should believe.
func (w *world) unbelievable(t testing.TB, tenant string) map[string]string {
	t.Helper()
	stranger, err := newIssuer()
	if err != nil {
		t.Fatal(err)
	}
	asked, issuer, now := w.policy.Tenancy.Token, w.outside.issuer, time.Now()
	parts := strings.Split(issuer.token(t, asked, tenant, nil), ".")
	claims, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		t.Fatal(err)
	}
	return map[string]string{
		"another key":      stranger.token(t, asked, tenant, nil),
		"expired":          issuer.token(t, asked, tenant, func(claims map[string]any) { claims["exp"] = now.Add(-time.Hour).Unix() }),
		"not yet":          issuer.token(t, asked, tenant, func(claims map[string]any) { claims["nbf"] = now.Add(time.Hour).Unix() }),
		"for others":       issuer.token(t, asked, tenant, func(claims map[string]any) { claims["aud"] = "others" }),
		"of others":        issuer.token(t, asked, tenant, func(claims map[string]any) { claims["iss"] = "https://elsewhere.example.com" }),
		"unsigned":         base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none"}`)) + "." + parts[1] + ".",
		"cut":              parts[0] + "." + parts[1] + ".",
		"its key a secret": issuer.confused(t, claims),
		"no token at all":  "nonsense",
	}
}

// preflights brings good tokens where Envoy does not look at them, so that nobody has verified them.
func (w *world) preflights(t testing.TB, tried *trial) {
	t.Helper()
	for _, route := range w.policy.Routes {
		if len(route.Methods) > 0 {
			continue
		}
		for name := range w.clusters {
			row := w.atHome(t, name)
			_, address, _ := strings.Cut(w.request("", name, route, nil).Send, " ")
			row.Send = "OPTIONS " + address
			row.Headers = append(row.Headers, "origin: https://elsewhere.example.com", "access-control-request-method: GET")
			connection := w.dial(t, name, w.policy.Ingress.Hosts, row.host())
			got := w.send(t, connection, row)
			_ = connection.Close()
			tried.count++
			if got.status != http.StatusUnauthorized || got.code != "token-missing" {
				tried.wrong("%s: a token in a preflight to %s: got %s", name, route.Path, got)
			}
		}
	}
}

// confused signs claims with the public key as if it were a secret.
func (i *issuer) confused(t testing.TB, claims []byte) string {
	t.Helper()
	public, err := x509.MarshalPKIXPublicKey(i.key.Public())
	if err != nil {
		t.Fatal(err)
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.HS256, Key: jose.JSONWebKey{Key: public, KeyID: keyID}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	signed, err := signer.Sign(claims)
	if err != nil {
		t.Fatal(err)
	}
	token, err := signed.CompactSerialize()
	if err != nil {
		t.Fatal(err)
	}
	return token
}
