package diagnosis

import (
	"cmp"
	"fmt"
	"net"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"time"

	"exotel-monitor/ui/config"
)

// shown are the choices of which the text may be read, by their names in the
// settings file, and what is said of it; "" for nothing. Of all others it is
// only said that they are set, so that a choice that is added later says nothing
// either.
var shown = map[string]func(text string) string{
	"zone":              zone,
	"clock":             oneOf(config.Clock24, config.Clock12),
	"theme":             oneOf(config.ThemeSystem, config.ThemeLight, config.ThemeDark),
	"health.address":    place,
	"health.ssh.bind":   place,
	"health.publicURL":  scheme,
	"updateFeed":        scheme,
	"updateSkip":        release,
	"alerts.quiet.from": hour,
	"alerts.quiet.to":   hour,
}

// choices are the lines of what is not chosen by default.
func choices(s config.Settings, h hider) []string {
	var lines []string
	each(s, func(name string, v reflect.Value) {
		what := "set"
		switch v.Kind() {
		case reflect.String:
			if v.Len() == 0 {
				what = "empty"
			} else if said := say(name, v.String()); said != "" {
				what = h.technical(said)
			}
		case reflect.Bool, reflect.Int, reflect.Int64, reflect.Float64:
			what = h.technical(fmt.Sprint(v))
		}
		lines = append(lines, name+": "+what)
	})
	return lines
}

// unshown are the texts among the choices that are not said as they are.
func unshown(s config.Settings) []string {
	var texts []string
	each(s, func(name string, v reflect.Value) {
		if v.Kind() == reflect.String && say(name, v.String()) != v.String() {
			texts = append(texts, v.String())
		}
	})
	return texts
}

var index = regexp.MustCompile(`\[\d+\]`)

func say(name, text string) string {
	if about := shown[index.ReplaceAllString(name, "")]; about != nil {
		return about(text)
	}
	return ""
}

// each visits every choice that is not the default, with its name in the settings
// file.
func each(s config.Settings, visit func(name string, v reflect.Value)) {
	var walk func(name string, v, usual reflect.Value)
	walk = func(name string, v, usual reflect.Value) {
		switch v.Kind() {
		case reflect.Struct:
			for i := range v.NumField() {
				field, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
				walk(strings.TrimPrefix(name+"."+cmp.Or(field, v.Type().Field(i).Name), "."), v.Field(i), usual.Field(i))
			}
		case reflect.Array:
			for i := range v.Len() {
				walk(fmt.Sprintf("%s[%d]", name, i), v.Index(i), usual.Index(i))
			}
		default:
			if !reflect.DeepEqual(v.Interface(), usual.Interface()) {
				visit(name, v)
			}
		}
	}
	walk("", reflect.ValueOf(s), reflect.ValueOf(config.Default()))
}

func oneOf(values ...string) func(string) string {
	return func(text string) string {
		if !slices.Contains(values, text) {
			return ""
		}
		return text
	}
}

func zone(text string) string {
	if _, err := (config.Settings{Zone: text}).Location(); err != nil {
		return ""
	}
	return text
}

// place is where something listens, if that says nothing of the user's network.
func place(text string) string {
	host, port, err := net.SplitHostPort(text)
	if err != nil || strings.Trim(port, "0123456789") != "" || len(port) > 5 {
		return ""
	}
	if ip := net.ParseIP(host); host == "localhost" || ip != nil && (ip.IsLoopback() || ip.IsUnspecified()) {
		return text
	}
	return hidden + ":" + port
}

func scheme(text string) string {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" {
		return ""
	}
	return u.Scheme + "://" + hidden
}

func hour(text string) string {
	if _, err := time.Parse("15:04", text); err != nil {
		return ""
	}
	return text
}

func release(text string) string {
	if !isVersion(text) {
		return ""
	}
	return text
}
