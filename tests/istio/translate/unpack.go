package translate

import (
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"
)

// unpack reads a packed message of this type; nil where it is of another one.
func unpack[M any, P interface {
	*M
	proto.Message
}](packed *anypb.Any) P {
	message := P(new(M))
	if packed == nil || packed.UnmarshalTo(message) != nil {
		return nil
	}
	return message
}
