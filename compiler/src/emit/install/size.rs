//! Replicas and resources of each profile.

use crate::policy::Profile;
use serde::Serialize;

/// Container resources.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Resources {
    requests: Amount,
    limits: Amount,
}

#[derive(Clone, Copy, Debug, Serialize)]
struct Amount {
    cpu: &'static str,
    memory: &'static str,
}

/// Values that reach every proxy.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Global {
    proxy: Proxy,
}

#[derive(Clone, Copy, Debug, Serialize)]
struct Proxy {
    resources: Resources,
}

/// What one profile gives its parts.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// The control plane.
    pub istiod: Resources,
    /// Each gateway.
    pub gateway: Resources,
    /// Each sidecar.
    pub sidecar: Resources,
    /// Fewest and most replicas of the control plane.
    pub istiod_replicas: (u32, u32),
    /// Fewest and most replicas of each gateway.
    pub gateway_replicas: (u32, u32),
    /// Whether there is an egress gateway.
    pub egress: bool,
}

impl Size {
    /// The size of a profile. In production, control plane and gateways ask for as much as they may use, so that a
    /// busy node never starves them.
    pub const fn of(profile: Profile) -> Self {
        match profile {
            Profile::Minimal => Self {
                istiod: resources(("100m", "512Mi"), ("500m", "1Gi")),
                gateway: resources(("100m", "256Mi"), ("500m", "512Mi")),
                sidecar: resources(("50m", "128Mi"), ("200m", "256Mi")),
                istiod_replicas: (1, 2),
                gateway_replicas: (1, 3),
                egress: false,
            },
            Profile::Production => Self {
                istiod: resources(("1000m", "2Gi"), ("1000m", "2Gi")),
                gateway: resources(("1000m", "1Gi"), ("1000m", "1Gi")),
                sidecar: resources(("100m", "128Mi"), ("1000m", "512Mi")),
                istiod_replicas: (2, 5),
                gateway_replicas: (2, 5),
                egress: true,
            },
        }
    }
}

impl Size {
    /// What sidecars get, as a value of Istio's charts.
    pub const fn global(&self) -> Global {
        Global { proxy: Proxy { resources: self.sidecar } }
    }
}

/// Requests, then limits, each as CPU and memory.
const fn resources(requests: (&'static str, &'static str), limits: (&'static str, &'static str)) -> Resources {
    Resources {
        requests: Amount { cpu: requests.0, memory: requests.1 },
        limits: Amount { cpu: limits.0, memory: limits.1 },
    }
}
