package policy

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
	"k8s.io/apimachinery/pkg/api/resource"
)

// Duration is a time such as `1m30s`; `none` is zero.
type Duration time.Duration

// Percent is a share of a hundred: 12.5 for `12.5%`.
type Percent float64

// Size is a number of bytes.
type Size int64

// Path is the way to a claim, from the outside in.
type Path []string

// UnmarshalYAML reads a duration.
func (d *Duration) UnmarshalYAML(node *yaml.Node) error {
	if node.Value == "none" {
		*d = 0
		return nil
	}
	duration, err := time.ParseDuration(node.Value)
	*d = Duration(duration)
	return at(node, err)
}

// UnmarshalYAML reads a percentage, or the bare number of a weight.
func (p *Percent) UnmarshalYAML(node *yaml.Node) error {
	number, err := strconv.ParseFloat(strings.TrimSuffix(node.Value, "%"), 64)
	*p = Percent(number)
	return at(node, err)
}

// UnmarshalYAML reads a size.
func (s *Size) UnmarshalYAML(node *yaml.Node) error {
	quantity, err := resource.ParseQuantity(node.Value)
	*s = Size(quantity.Value())
	return at(node, err)
}

// UnmarshalYAML reads a claim or the path to one.
func (p *Path) UnmarshalYAML(node *yaml.Node) error {
	if node.Kind == yaml.ScalarNode {
		*p = Path{node.Value}
		return nil
	}
	return node.Decode((*[]string)(p))
}

// UnmarshalYAML reads a list of pointers, or a mapping with limits.
func (b *Body) UnmarshalYAML(node *yaml.Node) error {
	if node.Kind == yaml.SequenceNode {
		return node.Decode(&b.Pointers)
	}
	type mapping Body
	return strictly(node, (*mapping)(b))
}

// UnmarshalYAML reads releases in the order of the file.
func (r *Releases) UnmarshalYAML(node *yaml.Node) error {
	if node.Kind != yaml.MappingNode {
		return at(node, fmt.Errorf("releases are a mapping"))
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		release := Release{Name: node.Content[i].Value}
		if err := strictly(node.Content[i+1], &release); err != nil {
			return err
		}
		*r = append(*r, release)
	}
	return nil
}

// strictly decodes a part of a document; [yaml.Node.Decode] would let unknown fields pass.
func strictly(node *yaml.Node, into any) error {
	text, err := yaml.Marshal(node)
	if err != nil {
		return err
	}
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	decoder.KnownFields(true)
	return at(node, decoder.Decode(into))
}

func at(node *yaml.Node, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("line %d: %w", node.Line, err)
}
