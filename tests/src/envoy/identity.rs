//! Mutual TLS as a mesh does it: one authority, and certificates that carry SPIFFE ids.

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, SanType, date_time_ymd,
};
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

    /// Its own certificate, as PEM.
    #[must_use]
    pub fn certificate(&self) -> &str {
        &self.certificate
    }

    /// A certificate for a SPIFFE id.
    ///
    /// # Panics
    /// When the id is not ASCII.
    #[must_use]
    pub fn identity(&self, spiffe: &str) -> Identity {
        self.sign(vec![SanType::URI(spiffe.try_into().expect("ASCII"))], false)
    }

    /// A certificate for DNS names.
    ///
    /// # Panics
    /// When a name is not ASCII.
    #[must_use]
    pub fn server_certificate(&self, hosts: &[&str]) -> Identity {
        self.sign(dns(hosts), false)
    }

    /// A certificate for DNS names that was valid in the year 2000.
    ///
    /// # Panics
    /// When a name is not ASCII.
    #[must_use]
    pub fn expired_certificate(&self, hosts: &[&str]) -> Identity {
        self.sign(dns(hosts), true)
    }

    fn sign(&self, names: Vec<SanType>, expired: bool) -> Identity {
        let mut params = CertificateParams::default();
        params.subject_alt_names = names;
        if expired {
            (params.not_before, params.not_after) = (date_time_ymd(2000, 1, 1), date_time_ymd(2001, 1, 1));
        }
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
        if let Some(identity) = identity {
            context["tls_certificates"] = json!([identity.context()]);
        }
        context
    }
}

impl Identity {
    /// The transport socket of a listener that presents this certificate and asks for none.
    #[must_use]
    pub fn public(&self) -> Value {
        json!({
            "name": "envoy.transport_sockets.tls",
            "typed_config": {
                "@type": "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext",
                "common_tls_context": {
                    "alpn_protocols": ["h2", "http/1.1"],
                    "tls_certificates": [self.context()],
                },
            },
        })
    }

    fn context(&self) -> Value {
        json!({
            "certificate_chain": { "inline_string": self.certificate },
            "private_key": { "inline_string": self.key },
        })
    }

    /// The certificate, as PEM.
    #[must_use]
    pub fn certificate(&self) -> &str {
        &self.certificate
    }

    /// The private key, as PEM.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }
}

fn dns(hosts: &[&str]) -> Vec<SanType> {
    hosts.iter().map(|&host| SanType::DnsName(host.try_into().expect("ASCII"))).collect()
}
