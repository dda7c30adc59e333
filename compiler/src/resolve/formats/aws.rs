//! Names and addresses as AWS writes them.

use crate::diagnostic::clip;
use crate::policy::Ipv4Range;
use crate::resolve::form::Text;
use crate::resolve::reader::Problem;
use crate::resolve::shape::TextShape;
use std::net::Ipv4Addr;

/// The ARN of a certificate in AWS Certificate Manager.
#[derive(Debug)]
pub struct CertificateArn;

impl Text for CertificateArn {
    type Value = String;
    const SHAPE: TextShape = TextShape {
        noun: "the ARN of a certificate",
        pattern: Some("^arn:aws[a-z-]*:acm:[a-z0-9-]+:[0-9]{12}:certificate/[A-Za-z0-9-]+$"),
        longest: Some(256),
        examples: &["arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012"],
    };

    fn parse(text: &str) -> Result<String, Problem> {
        let parts: Vec<&str> = text.split(':').collect();
        let letters = |part: &str| {
            !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        };
        let account = |part: &str| part.len() == 12 && part.bytes().all(|b| b.is_ascii_digit());
        let id = |part: &str| {
            part.strip_prefix("certificate/")
                .is_some_and(|id| !id.is_empty() && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'))
        };
        match parts[..] {
            ["arn", partition, "acm", region, owner, certificate]
                if partition.starts_with("aws")
                    && letters(partition)
                    && letters(region)
                    && account(owner)
                    && id(certificate) =>
            {
                Ok(text.to_owned())
            }
            _ => Err(Problem::new(format!("is no ARN of a certificate in ACM: `{}`", clip(text)))
                .help("write it as in `arn:aws:acm:us-east-1:123456789012:certificate/ID`")),
        }
    }
}

/// The id of a VPC.
#[derive(Debug)]
pub struct VpcId;

impl Text for VpcId {
    type Value = String;
    const SHAPE: TextShape = TextShape {
        noun: "the id of a VPC",
        pattern: Some("^vpc-[0-9a-f]{8,17}$"),
        longest: Some(21),
        examples: &["vpc-0123456789abcdef0"],
    };

    fn parse(text: &str) -> Result<String, Problem> {
        resource(text, "vpc-", Self::SHAPE)
    }
}

/// The id of a subnet.
#[derive(Debug)]
pub struct SubnetId;

impl Text for SubnetId {
    type Value = String;
    const SHAPE: TextShape = TextShape {
        noun: "the id of a subnet",
        pattern: Some("^subnet-[0-9a-f]{8,17}$"),
        longest: Some(24),
        examples: &["subnet-0123456789abcdef0"],
    };

    fn parse(text: &str) -> Result<String, Problem> {
        resource(text, "subnet-", Self::SHAPE)
    }
}

/// The id of a security group.
#[derive(Debug)]
pub struct SecurityGroupId;

impl Text for SecurityGroupId {
    type Value = String;
    const SHAPE: TextShape = TextShape {
        noun: "the id of a security group",
        pattern: Some("^sg-[0-9a-f]{8,17}$"),
        longest: Some(20),
        examples: &["sg-0123456789abcdef0"],
    };

    fn parse(text: &str) -> Result<String, Problem> {
        resource(text, "sg-", Self::SHAPE)
    }
}

fn resource(text: &str, prefix: &str, shape: TextShape) -> Result<String, Problem> {
    let hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    let is_id = |id: &str| (8..=17).contains(&id.len()) && id.bytes().all(hex);
    if text.strip_prefix(prefix).is_some_and(is_id) {
        return Ok(text.to_owned());
    }
    Err(Problem::new(format!("is not {}: `{}`", shape.noun, clip(text)))
        .help(format!("write `{prefix}` and 8 to 17 hexadecimal digits")))
}

/// The private IPv4 address of a target.
#[derive(Debug)]
pub struct PrivateAddress;

/// What a target group of addresses takes (RFC 1918, RFC 6598).
const PRIVATE: [Ipv4Range; 4] = [
    Ipv4Range { first: Ipv4Addr::new(10, 0, 0, 0), bits: 8 },
    Ipv4Range { first: Ipv4Addr::new(172, 16, 0, 0), bits: 12 },
    Ipv4Range { first: Ipv4Addr::new(192, 168, 0, 0), bits: 16 },
    Ipv4Range { first: Ipv4Addr::new(100, 64, 0, 0), bits: 10 },
];

impl Text for PrivateAddress {
    type Value = Ipv4Addr;
    const SHAPE: TextShape = TextShape {
        noun: "a private IPv4 address",
        pattern: Some(r"^[0-9]{1,3}(\.[0-9]{1,3}){3}$"),
        longest: Some(15),
        examples: &["10.0.1.10"],
    };

    fn parse(text: &str) -> Result<Ipv4Addr, Problem> {
        let address: Ipv4Addr = text.parse().map_err(|_| {
            Problem::new(format!("is no IPv4 address: `{}`", clip(text))).help("write it as in `10.0.1.10`")
        })?;
        if PRIVATE.iter().any(|range| range.contains(address)) {
            return Ok(address);
        }
        Err(Problem::new(format!("is no private address: `{address}`")).help(
            "an ALB sends to 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 and 100.64.0.0/10 only; peering, a transit gateway, a VPN or Direct Connect leads to clusters elsewhere",
        ))
    }
}

/// A range of IPv4 addresses, in CIDR notation.
#[derive(Debug)]
pub struct AddressRange;

impl Text for AddressRange {
    type Value = Ipv4Range;
    const SHAPE: TextShape = TextShape {
        noun: "a range of IPv4 addresses",
        pattern: Some(r"^[0-9]{1,3}(\.[0-9]{1,3}){3}/[0-9]{1,2}$"),
        longest: Some(18),
        examples: &["10.0.0.0/16"],
    };

    fn parse(text: &str) -> Result<Ipv4Range, Problem> {
        let bad = || {
            Problem::new(format!("is no range of IPv4 addresses: `{}`", clip(text)))
                .help("write it as in `10.0.0.0/16`")
        };
        let (first, bits) = text.split_once('/').ok_or_else(bad)?;
        let first: Ipv4Addr = first.parse().map_err(|_| bad())?;
        let bits = bits.parse::<u8>().ok().filter(|bits| *bits <= 32 && text.ends_with(&format!("/{bits}")));
        let bits = bits.ok_or_else(bad)?;
        let mask = u32::MAX.checked_shl(32 - u32::from(bits)).unwrap_or(0);
        let start = Ipv4Addr::from(u32::from(first) & mask);
        if start != first {
            return Err(
                Problem::new(format!("starts within a range: `{text}`")).help(format!("write `{start}/{bits}`"))
            );
        }
        Ok(Ipv4Range { first, bits })
    }
}

#[cfg(test)]
mod tests {
    use super::{AddressRange, CertificateArn, PrivateAddress, SubnetId, Text as _, VpcId};
    use std::net::Ipv4Addr;

    #[test]
    fn certificates_are_in_acm() {
        for good in [
            "arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012",
            "arn:aws-cn:acm:cn-north-1:123456789012:certificate/a",
        ] {
            assert!(CertificateArn::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "arn:aws:iam::123456789012:server-certificate/name",
            "arn:aws:acm:us-east-1:12345:certificate/a",
            "arn:aws:acm::123456789012:certificate/a",
            "arn:aws:acm:us-east-1:123456789012:certificate/",
            "arn:aws:acm:us-east-1:123456789012:certificate/a:b",
            "certificate/a",
        ] {
            assert!(CertificateArn::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn ids_are_of_their_kind() {
        assert!(VpcId::parse("vpc-0123456789abcdef0").is_ok() && SubnetId::parse("subnet-01234567").is_ok());
        for bad in
            ["vpc-", "vpc-0123456", "vpc-0123456789ABCDEF0", "subnet-0123456789abcdef0", "vpc-0123456789abcdef01"]
        {
            assert!(VpcId::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn targets_are_private() {
        for good in ["10.0.1.10", "172.31.255.1", "192.168.0.1", "100.127.0.1"] {
            assert!(PrivateAddress::parse(good).is_ok(), "{good}");
        }
        for bad in ["172.32.0.1", "100.128.0.1", "8.8.8.8", "127.0.0.1", "10.0.1", "::1", "10.0.0.0/8"] {
            assert!(PrivateAddress::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn ranges_start_where_they_say() {
        let range = AddressRange::parse("10.0.0.0/16").expect("a range");
        assert!(range.contains(Ipv4Addr::new(10, 0, 255, 255)) && !range.contains(Ipv4Addr::new(10, 1, 0, 0)));
        assert!(AddressRange::parse("0.0.0.0/0").is_ok_and(|all| all.contains(Ipv4Addr::BROADCAST)));
        assert!(AddressRange::parse("10.0.0.1/32").is_ok_and(|one| !one.contains(Ipv4Addr::new(10, 0, 0, 2))));
        for bad in ["10.0.1.0/16", "10.0.0.0/33", "10.0.0.0", "10.0.0.0/+8", "10.0.0.0/08"] {
            assert!(AddressRange::parse(bad).is_err(), "{bad}");
        }
    }
}
