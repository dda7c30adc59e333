//! Tokens for a local run: signed here, since the policy's issuer cannot be asked for any.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Map, Value, json};
use sha2::Sha256;
use std::time::{Duration, SystemTime};

/// How long a token is good.
const LIFETIME: Duration = Duration::from_secs(24 * 60 * 60);

/// Stands for the policy's token issuer, with a key of its own (HS256).
#[derive(Debug)]
pub struct Issuer {
    key: [u8; 32],
    issuer: String,
    audience: Option<String>,
    claim: Vec<String>,
}

impl Issuer {
    /// An issuer with a fresh key. `claim` is the path of the tenant claim, outermost first.
    ///
    /// # Errors
    /// When the system has no randomness to give.
    pub fn new(issuer: &str, audience: Option<&str>, claim: &[String]) -> Result<Self, getrandom::Error> {
        let mut key = [0; 32];
        getrandom::fill(&mut key)?;
        Ok(Self { key, issuer: issuer.to_owned(), audience: audience.map(str::to_owned), claim: claim.to_vec() })
    }

    /// The verification keys, as a JSON Web Key Set.
    #[must_use]
    pub fn jwks(&self) -> String {
        let key = json!({ "kty": "oct", "alg": "HS256", "kid": "local", "k": URL_SAFE_NO_PAD.encode(self.key) });
        json!({ "keys": [key] }).to_string()
    }

    /// A token that names `tenant`.
    #[must_use]
    pub fn token(&self, tenant: &str) -> String {
        let mut claims = nested(&self.claim, tenant.into());
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        claims.insert("iss".to_owned(), self.issuer.as_str().into());
        claims.insert("exp".to_owned(), (now + LIFETIME).as_secs().into());
        if let Some(audience) = &self.audience {
            claims.insert("aud".to_owned(), audience.as_str().into());
        }
        self.sign(&Value::Object(claims))
    }

    /// A token with exactly these claims.
    #[must_use]
    pub fn sign(&self, claims: &Value) -> String {
        let header = json!({ "alg": "HS256", "typ": "JWT", "kid": "local" });
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(&header), part(claims));
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key).expect("HMAC takes a key of any length");
        mac.update(signed.as_bytes());
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
    }
}

/// `{a: {b: value}}` for the path `a`, `b`.
fn nested(path: &[String], value: Value) -> Map<String, Value> {
    let mut object = Map::new();
    if let [first, rest @ ..] = path {
        object.insert(first.clone(), if rest.is_empty() { value } else { nested(rest, value).into() });
    }
    object
}
