// Istio 1.30's CRDs: a module of its own, because a build has one version of a module and tests/istio has Istio 1.31's.
module tenantry/tests/istio/schema/crds130

go 1.26.0

require istio.io/api v1.30.3
