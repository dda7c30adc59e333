//! The notations that fields use, one file per family.

mod amount;
mod aws;
mod header;
mod host;
mod name;
mod path;
mod time;
mod token;

pub use amount::{ByteLimit, Percent, Quantity, Weight, WholePercent};
pub use aws::{AddressRange, CertificateArn, PrivateAddress, SecurityGroupId, SubnetId, VpcId};
pub use header::{AnyHeader, HeaderName, HeaderValue, TenantHeader};
pub use host::{Endpoint, Host, HttpsUrl, ListenAddress, ModuleUrl};
pub use name::{FilePath, Image, LabelKey, LabelValue, Name, ObjectName, PortName, SecretEntry, TenantId, TierName};
pub use path::{ExactPath, JsonPointer, PathPrefix, ServerPath};
pub use time::{Rate, RouteTimeout, Timespan};
pub use token::{Audience, ClaimPath, IstioVersion, ProjectName, ProjectTemplate, RedactName, RetryCondition};
