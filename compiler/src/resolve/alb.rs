//! `ingress.frontDoor.alb`.

use super::form::{Entries, List, Map, Number, choices, record};
use super::formats::{AddressRange, CertificateArn, Name, PrivateAddress, SecurityGroupId, SubnetId, VpcId};
use super::names::Names;
use super::reader::Reader;
use crate::policy::{Alb, AlbScheme};
use crate::source::Spanned;
use std::net::Ipv4Addr;

choices! {
    /// `ingress.frontDoor.alb.scheme`.
    pub AlbSchemeForm => AlbScheme {
        /// Clients come from the internet.
        "internet-facing" => AlbScheme::InternetFacing,
        /// Clients are in the VPC, or in networks joined to it.
        "internal" => AlbScheme::Internal,
    }
}

record! {
    /// What the Application Load Balancer of AWS needs and only AWS knows. `certificate`, `key`, `trust` and `address`
    /// of the front door mean nothing to it.
    pub struct AlbForm {
        /// The certificate of the served hosts in AWS Certificate Manager. The load balancer stands in its region.
        "certificate" certificate: CertificateArn, required, example "arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012";
        /// The VPC of the load balancer.
        "vpc" vpc: VpcId, required, example "vpc-0123456789abcdef0";
        /// The address ranges of the VPC. A target outside them is one that peering, a transit gateway, a VPN or Direct
        /// Connect leads to.
        "ranges" ranges: List<AddressRange, 1>, required, example "[10.0.0.0/16]";
        /// Subnets of the VPC, in two availability zones at least.
        "subnets" subnets: List<SubnetId, 2>, required, example "[subnet-0123456789abcdef0, subnet-0123456789abcdef1]";
        /// The security groups of the load balancer. They let clients in, and let it reach the gateways.
        "securityGroups" security_groups: List<SecurityGroupId, 1>, required, example "[sg-0123456789abcdef0]";
        /// The private addresses of each cluster's gateway. It is reached there on the port of the cluster's `endpoint`,
        /// and asked whether it is ready on port 15021.
        "targets" targets: Map<Name, List<PrivateAddress, 1>, 1>, required, example "{us: [10.0.1.10, 10.0.2.10]}";
        /// Where clients are.
        "scheme" scheme: AlbSchemeForm, default "internet-facing";
        /// The most rules that the account allows a load balancer. 100 is what AWS gives to everyone; put in what a
        /// request for more was granted.
        "rules" rules: Number<1, 5000>, default "100";
    }
}

impl AlbForm {
    /// Looks the clusters up. None when an error, reported to the reader, leaves nothing meaningful.
    pub fn lower(self, clusters: Option<&Names<'_>>, reader: &mut Reader<'_>) -> Option<Alb> {
        let targets = self.targets.and_then(|targets| named(targets.value, clusters, reader));
        Some(Alb {
            certificate: self.certificate?,
            vpc: self.vpc?,
            ranges: self.ranges?.value,
            subnets: self.subnets?.value,
            security_groups: self.security_groups?.value,
            targets: targets?,
            scheme: self.scheme?,
            rules: self.rules?,
        })
    }
}

type Addresses = Vec<Spanned<Ipv4Addr>>;

fn named(
    entries: Entries<Addresses>,
    clusters: Option<&Names<'_>>,
    reader: &mut Reader<'_>,
) -> Option<crate::policy::Named<Addresses>> {
    let known = |(name, addresses): (Spanned<String>, Option<Spanned<Addresses>>)| {
        let known = clusters?.check_spanned(&name, reader);
        Some((name.value, addresses.filter(|_| known)?))
    };
    // Every name is looked up before the first that is not known ends it.
    let read: Vec<Option<_>> = entries.into_iter().map(known).collect();
    read.into_iter().collect()
}
