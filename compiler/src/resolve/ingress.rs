//! `ingress`.

use super::alb::AlbForm;
use super::form::{Form, List, Port, choices, record};
use super::formats::{ExactPath, Host, ListenAddress, ObjectName, ServerPath, Timespan};
use super::names::Names;
use super::reader::Reader;
use super::shape::Shape;
use crate::policy::{DoorKind, FrontDoor, Ingress, Tls};
use crate::source::{Span, Spanned};
use crate::syntax::{Kind, Node};

choices! {
    /// An entry of `ingress.frontDoor`.
    pub DoorKindForm => DoorKind {
        /// NGINX.
        "nginx" => DoorKind::Nginx,
        /// HAProxy.
        "haproxy" => DoorKind::Haproxy,
        /// The Application Load Balancer of AWS.
        "aws-alb" => DoorKind::AwsAlb,
        /// An Envoy in front of the clusters.
        "envoy" => DoorKind::Envoy,
    }
}

record! {
    /// How requests come in.
    pub struct IngressForm {
        /// The hosts that the gateway serves, in lower case. `*.example.com` covers every subdomain, `*` every host.
        "hosts" hosts: List<Host, 1>, required, example "[api.example.com]";
        /// The certificate of these hosts.
        "tls" tls: TlsForm, optional, example "{secret: api-tls}";
        /// Load balancers in front of the clusters that send each tenant to its home: a list of kinds, or a mapping with
        /// settings.
        "frontDoor" front_door: FrontDoorForm, optional, example "[nginx]";
    }
}

record! {
    /// The certificate of the served hosts.
    pub struct TlsForm {
        /// The name of the `kubernetes.io/tls` secret. It has to be in the gateway's own namespace.
        "secret" secret: ObjectName, required, example "api-tls";
    }
}

record! {
    /// Load balancers in front of the clusters. Every kind is configured alike; one of them is enough.
    pub struct DoorForm {
        /// The kinds to configure.
        "kinds" kinds: List<DoorKindForm, 1>, required, example "[nginx]";
        /// The address to listen on. `::` takes IPv4 as well.
        "address" address: ListenAddress, default "0.0.0.0", example "0.0.0.0";
        /// The port that takes requests over TLS.
        "https" https: Port, default "443";
        /// The port that only sends clients to the former.
        "http" http: Port, default "80";
        /// The certificate chain of the served hosts (PEM) where the load balancer runs.
        "certificate" certificate: ServerPath, default "/etc/tenantry/tls.crt";
        /// The certificate's private key (PEM).
        "key" key: ServerPath, default "/etc/tenantry/tls.key";
        /// The authorities (PEM) that vouch for the certificates of the clusters' gateways.
        "trust" trust: ServerPath, default "/etc/ssl/certs/ca-certificates.crt";
        /// The path that tells whether a cluster works: it answers 200 there. Left out, it is the first of
        /// `tenancy.exempt`; without that, a gateway that takes connections counts as working.
        "health" health: ExactPath, optional, example "/health";
        /// The longest silence within a streamed answer.
        "idle" idle: Timespan, default "1h";
        /// What only AWS knows. `aws-alb` needs it.
        "alb" alb: AlbForm, optional;
    }
}

/// `ingress.frontDoor`: a list of kinds, or a mapping.
#[derive(Debug)]
pub struct FrontDoorForm;

impl Form for FrontDoorForm {
    type Value = DoorForm;

    fn read<'t>(node: &'t Node, reader: &mut Reader<'t>) -> Option<DoorForm> {
        if !matches!(node.kind, Kind::Sequence(_)) {
            return DoorForm::read(node, reader);
        }
        let kinds = List::<DoorKindForm, 1>::read(node, reader)?;
        let short = crate::syntax::literal("{kinds: [nginx]}", node.span)?;
        let door = DoorForm::read(&short, &mut Reader::default())?;
        Some(DoorForm { kinds: Some(Spanned::new(kinds, node.span)), ..door })
    }

    fn shape() -> Shape {
        Shape::Either(vec![List::<DoorKindForm, 1>::shape(), DoorForm::shape()])
    }
}

/// What other sections say that this one needs.
pub struct Scope<'p> {
    /// The names of the clusters, if they could be read.
    pub clusters: Option<&'p Names<'p>>,
    /// Paths that need no tenant.
    pub exempt: &'p [Spanned<String>],
}

impl DoorForm {
    fn lower(self, span: Span, scope: &Scope<'_>, reader: &mut Reader<'_>) -> Option<FrontDoor> {
        let alb = match self.alb {
            Some(alb) => Some(Spanned::new(alb.value.lower(scope.clusters, reader)?, alb.span)),
            None => None,
        };
        let mut kinds = self.kinds?.value;
        let mut seen = Vec::new();
        kinds.retain(|kind| {
            !seen.contains(&kind.value) && {
                seen.push(kind.value);
                true
            }
        });
        Some(FrontDoor {
            kinds,
            address: self.address?,
            https: self.https?,
            http: self.http?,
            certificate: self.certificate?,
            key: self.key?,
            trust: self.trust?,
            health: self.health.or_else(|| scope.exempt.first().cloned()),
            idle: self.idle?,
            alb,
            span,
        })
    }
}

impl IngressForm {
    /// Looks names up and applies defaults. None when an error, reported to the reader, leaves nothing meaningful.
    pub fn lower(self, span: Span, scope: &Scope<'_>, reader: &mut Reader<'_>) -> Option<Ingress> {
        let tls = match self.tls {
            Some(tls) => Some(Tls { secret: tls.value.secret? }),
            None => None,
        };
        let front_door = match self.front_door {
            Some(door) => Some(door.value.lower(door.span, scope, reader)?),
            None => None,
        };
        Some(Ingress { hosts: self.hosts?.value, tls, front_door, span })
    }
}
