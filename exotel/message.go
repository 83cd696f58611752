package exotel

import (
	"cmp"
	"encoding/json"
	"encoding/xml"
	"errors"
	"regexp"
	"strings"
)

const maxMessage = 160 // characters kept of Exotel's own words

// longNumber matches a phone number, in one piece or in groups. It does not match a date,
// which has groups of two digits.
var longNumber = regexp.MustCompile(`\d{7,}|\d{2,5}(?:[ -]\d{3,5})+`)

// message finds Exotel's own words in the body of a refusal, which may be one
// of two kinds of JSON, XML, text or a proxy's web page; cut says that its end is
// missing. Credentials are taken out first, because a number or the limit of
// length would leave a part of one that nobody knows any more, and again once
// the escapes and odd bytes between are gone. Phone numbers are masked. See API.md,
// Refusals.
func (c *Client) message(body []byte, cut bool) string {
	raw := c.secrets.hide(string(body), cut)
	text := jsonMessage([]byte(raw))
	if text == "" {
		text = xmlMessage([]byte(raw))
	}
	if trimmed := strings.TrimSpace(raw); text == "" && !strings.ContainsAny(trimmed, "<{") {
		text = trimmed
	}
	text = strings.Join(strings.Fields(strings.ToValidUTF8(text, "")), " ")
	text = maskNumbers(c.secrets.Hide(text))
	if runes := []rune(text); len(runes) > maxMessage {
		text = string(runes[:maxMessage]) + "…"
	}
	return text
}

// clean hides secrets and numbers in an error that others worded. It returns an error
// without any unchanged, so that its kind can be told.
func (c *Client) clean(err error) error {
	if err == nil {
		return nil
	}
	said := err.Error()
	if plain := maskNumbers(c.secrets.Hide(said)); plain != said {
		return errors.New(plain)
	}
	return err
}

func maskNumbers(text string) string { return longNumber.ReplaceAllStringFunc(text, mask) }

func jsonMessage(body []byte) string {
	type worded struct{ Message text }
	var answer struct {
		RestException worded
		Response      oneOrMany[struct {
			Error     worded `json:"error"`
			ErrorData worded `json:"error_data"`
		}] `json:"response"`
	}
	if json.Unmarshal(body, &answer) != nil {
		return ""
	}
	words := answer.RestException.Message
	for _, r := range answer.Response {
		words = cmp.Or(words, r.Error.Message, r.ErrorData.Message)
	}
	return string(words)
}

func xmlMessage(body []byte) string {
	var answer struct {
		Message string `xml:"RestException>Message"`
	}
	if xml.Unmarshal(body, &answer) != nil {
		return ""
	}
	return answer.Message
}
