// DevOps course info service: what it runs on, and whether it is healthy.
package main

import (
	"encoding/json"
	"log"
	"net/http"
	"os"
	"runtime"
	"sync/atomic"
	"time"
)

var (
	started  = time.Now()
	draining atomic.Bool
)

func uptime() int { return int(time.Since(started).Seconds()) }

func now() string { return time.Now().UTC().Format(time.RFC3339) }

func reply(w http.ResponseWriter, value any) {
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(value)
}

func info(w http.ResponseWriter, _ *http.Request) {
	host, _ := os.Hostname()
	reply(w, map[string]any{
		"service": map[string]string{"name": "devops-info-service", "version": "1.0.0", "framework": "Go net/http"},
		"system": map[string]any{"hostname": host, "platform": runtime.GOOS, "architecture": runtime.GOARCH,
			"cpu_count": runtime.NumCPU()},
		"runtime": map[string]any{"uptime_seconds": uptime(), "current_time": now()},
	})
}

// The HTTP status is always 200: the JSON has to be read to know.
func health(w http.ResponseWriter, _ *http.Request) {
	status := "healthy"
	if draining.Load() {
		status = "draining"
	}
	reply(w, map[string]any{"status": status, "timestamp": now(), "uptime_seconds": uptime()})
}

// POST starts to drain, DELETE ends it.
func drain(w http.ResponseWriter, r *http.Request) {
	draining.Store(r.Method == http.MethodPost)
	w.WriteHeader(http.StatusNoContent)
}

func main() {
	http.HandleFunc("/", info)
	http.HandleFunc("/health", health)
	http.HandleFunc("/drain", drain)
	log.Print("devops-info listens on port 8000")
	log.Fatal(http.ListenAndServe(":8000", nil))
}
