// Package crds130 pins Istio 1.30's API. Nothing runs here: the tests of the package schema read the CRDs out of the
// module that go.mod and go.sum name.
package crds130

// The import keeps `go mod tidy` from dropping what is only read.
import _ "istio.io/api/label"
