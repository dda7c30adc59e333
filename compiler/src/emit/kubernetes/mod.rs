//! Plain Kubernetes objects.

pub mod namespace;
