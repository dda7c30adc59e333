//! `ingress`.

use super::form::{List, choices, record};
use super::formats::{Host, ObjectName};
use crate::policy::{FrontDoor, Ingress, Tls};
use crate::source::Span;

choices! {
    /// An entry of `ingress.frontDoor`.
    pub FrontDoorForm => FrontDoor {
        /// NGINX.
        "nginx" => FrontDoor::Nginx,
        /// HAProxy.
        "haproxy" => FrontDoor::Haproxy,
        /// The Application Load Balancer of AWS.
        "aws-alb" => FrontDoor::AwsAlb,
        /// An Envoy in front of the clusters.
        "envoy" => FrontDoor::Envoy,
    }
}

record! {
    /// How requests come in.
    pub struct IngressForm {
        /// The hosts that the gateway serves, in lower case. `*.example.com` covers every subdomain, `*` every host.
        "hosts" hosts: List<Host, 1>, required, example "[api.example.com]";
        /// The certificate of these hosts.
        "tls" tls: TlsForm, optional, example "{secret: api-tls}";
        /// Load balancers in front of the clusters that send each tenant to its home.
        "frontDoor" front_door: List<FrontDoorForm>, default "[]", example "[nginx]";
    }
}

record! {
    /// The certificate of the served hosts.
    pub struct TlsForm {
        /// The name of the `kubernetes.io/tls` secret. It has to be in the gateway's own namespace.
        "secret" secret: ObjectName, required, example "api-tls";
    }
}

impl IngressForm {
    pub fn lower(self, span: Span) -> Option<Ingress> {
        let tls = match self.tls {
            Some(tls) => Some(Tls { secret: tls.value.secret? }),
            None => None,
        };
        Some(Ingress { hosts: self.hosts?.value, tls, front_door: self.front_door?.value, span })
    }
}
