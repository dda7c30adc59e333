package policy

// IngressCaller is the name of the gateway among a service's callers.
const IngressCaller = "ingress"

// Service is one service of the mesh.
type Service struct {
	Port           int               `yaml:"port"`
	Protocol       string            `yaml:"protocol"`
	Span           string            `yaml:"span"`
	Labels         map[string]string `yaml:"labels"`
	ServiceAccount string            `yaml:"serviceAccount"`
	Releases       Releases          `yaml:"releases"`
	Callers        []string          `yaml:"callers"`
	Timeout        *Duration         `yaml:"timeout"`
	Retries        *Retries          `yaml:"retries"`
	CircuitBreaker *CircuitBreaker   `yaml:"circuitBreaker"`
}

// Release is one of several releases of a service.
type Release struct {
	Name   string            `yaml:"-"`
	Labels map[string]string `yaml:"labels"`
	Weight Percent           `yaml:"weight"`
	Sticky string            `yaml:"sticky"`
	Header map[string]string `yaml:"header"`
}

// Releases are in the order of the file, the first being the base.
type Releases []Release

// Retries are when and how often a request is tried again.
type Retries struct {
	Attempts      int       `yaml:"attempts"`
	PerTry        *Duration `yaml:"perTry"`
	On            []string  `yaml:"on"`
	NonIdempotent bool      `yaml:"nonIdempotent"`
}

// CircuitBreaker has a zero for every limit that is left out.
type CircuitBreaker struct {
	Connections   int    `yaml:"connections"`
	Pending       int    `yaml:"pending"`
	Requests      int    `yaml:"requests"`
	PerConnection int    `yaml:"perConnection"`
	Eject         *Eject `yaml:"eject"`
}

// Eject is when an endpoint is left out for a while.
type Eject struct {
	After5xx int      `yaml:"after5xx"`
	Interval Duration `yaml:"interval"`
	For      Duration `yaml:"for"`
	Most     Percent  `yaml:"most"`
	// MinHealth is nil where it is left out.
	MinHealth *Percent `yaml:"minHealth"`
}

// CalledBy tells whether the caller is among the service's.
func (s Service) CalledBy(caller string) bool {
	for _, name := range s.Callers {
		if name == caller {
			return true
		}
	}
	return false
}

// Sticky tells whether a release of the service follows the tenant.
func (r Releases) Sticky() bool {
	for _, release := range r {
		if release.Sticky != "" {
			return true
		}
	}
	return false
}
