package policy

// Tracing is how requests are traced.
type Tracing struct {
	Phoenix          Phoenix  `yaml:"phoenix"`
	Mode             string   `yaml:"mode"`
	Project          string   `yaml:"project"`
	Unassigned       string   `yaml:"unassigned"`
	Sampling         *Percent `yaml:"sampling"`
	Keep             []string `yaml:"keep"`
	Session          *Header  `yaml:"session"`
	User             *Header  `yaml:"user"`
	TrustClientTrace bool     `yaml:"trustClientTrace"`
	Record           Record   `yaml:"record"`
	Batch            Batch    `yaml:"batch"`
	Buffer           Buffer   `yaml:"buffer"`
}

// Phoenix is where Phoenix is.
type Phoenix struct {
	Service  string  `yaml:"service"`
	Protocol string  `yaml:"protocol"`
	GRPC     int     `yaml:"grpc"`
	HTTP     int     `yaml:"http"`
	PortName string  `yaml:"portName"`
	APIKey   *APIKey `yaml:"apiKey"`
	Deploy   *Deploy `yaml:"deploy"`
}

// Port is the port that spans go to.
func (p Phoenix) Port() int {
	if p.Protocol == "http" {
		return p.HTTP
	}
	return p.GRPC
}

// APIKey is the Secret with Phoenix's API key.
type APIKey struct {
	Secret string `yaml:"secret"`
	Key    string `yaml:"key"`
}

// Deploy is how Phoenix is deployed.
type Deploy struct {
	Storage string `yaml:"storage"`
	Image   string `yaml:"image"`
}

// Header names a request header.
type Header struct {
	Header string `yaml:"header"`
}

// Record is what spans hold beyond the standard attributes.
type Record struct {
	Query           bool     `yaml:"query"`
	RequestHeaders  []string `yaml:"requestHeaders"`
	ResponseHeaders []string `yaml:"responseHeaders"`
	Bodies          Size     `yaml:"bodies"`
	Redact          []string `yaml:"redact"`
}

// Batch is when a batch of spans is sent.
type Batch struct {
	Spans int      `yaml:"spans"`
	Bytes Size     `yaml:"bytes"`
	Every Duration `yaml:"every"`
}

// Buffer is what may wait in each worker of a proxy.
type Buffer struct {
	Spans int  `yaml:"spans"`
	Bytes Size `yaml:"bytes"`
}
