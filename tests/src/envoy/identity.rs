//! Mutual TLS as a mesh does it: one authority, and certificates that carry SPIFFE ids.

use rcgen::{BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, SanType};
use serde_json::{Value, json};

/// A mesh's certificate authority.
#[derive(Debug)]
pub struct Authority {
    certificate: String,
    issuer: Issuer<'static, KeyPair>,
}

/// A workload's key and certificate, as PEM.
#[derive(Clone, Debug)]
pub struct Identity {
    certificate: String,
    key: String,
}

impl Authority {
    /// An authority of its own.
    ///
    /// # Panics
    /// When the system has no randomness to give.
    #[must_use]
    pub fn generate() -> Self {
        let mut params = CertificateParams::default();
        // Otherwise it has the same name as what it signs, which then looks self-signed.
        params.distinguished_name.push(DnType::CommonName, "authority");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("a key");
        let certificate = params.self_signed(&key).expect("a certificate").pem();
        Self { certificate, issuer: Issuer::new(params, key) }
    }

    /// A certificate for a SPIFFE id.
    ///
    /// # Panics
    /// When the id is not ASCII.
    #[must_use]
    pub fn identity(&self, spiffe: &str) -> Identity {
        let mut params = CertificateParams::default();
        params.subject_alt_names = vec![SanType::URI(spiffe.try_into().expect("ASCII"))];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth, ExtendedKeyUsagePurpose::ServerAuth];
        let key = KeyPair::generate().expect("a key");
        let certificate = params.signed_by(&key, &self.issuer).expect("a certificate");
        Identity { certificate: certificate.pem(), key: key.serialize_pem() }
    }

    /// The transport socket of a listener that accepts this authority's certificates alone.
    #[must_use]
    pub fn server(&self, identity: &Identity) -> Value {
        json!({
            "name": "envoy.transport_sockets.tls",
            "typed_config": {
                "@type": "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext",
                "require_client_certificate": true,
                "common_tls_context": self.context(Some(identity)),
            },
        })
    }

    /// The transport socket of a client, with or without a certificate of its own.
    #[must_use]
    pub fn client(&self, identity: Option<&Identity>) -> Value {
        json!({
            "name": "envoy.transport_sockets.tls",
            "typed_config": {
                "@type": "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext",
                "common_tls_context": self.context(identity),
            },
        })
    }

    fn context(&self, identity: Option<&Identity>) -> Value {
        let mut context = json!({ "validation_context": { "trusted_ca": { "inline_string": self.certificate } } });
        if let Some(Identity { certificate, key }) = identity {
            context["tls_certificates"] = json!([{
                "certificate_chain": { "inline_string": certificate },
                "private_key": { "inline_string": key },
            }]);
        }
        context
    }
}
