// The application: it opens its database when it starts and gives up if that fails.
package main

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"log"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"

	_ "github.com/lib/pq"
)

func password() (string, error) {
	file := os.Getenv("DB_PASSWORD_FILE")
	if file == "" {
		return os.Getenv("DB_PASSWORD"), nil
	}
	text, err := os.ReadFile(file)
	return strings.TrimSuffix(string(text), "\n"), err
}

func databaseURL() (string, error) {
	secret, err := password()
	address := url.URL{
		Scheme:   "postgres",
		User:     url.UserPassword(os.Getenv("DB_USER"), secret),
		Host:     net.JoinHostPort(os.Getenv("DB_HOST"), os.Getenv("DB_PORT")),
		Path:     os.Getenv("DB_NAME"),
		RawQuery: "sslmode=disable",
	}
	return address.String(), err
}

// How many users there are: the table comes from the migrations.
func countUsers(db *sql.DB) (count int, err error) {
	err = db.QueryRow("SELECT count(*) FROM users").Scan(&count)
	return count, err
}

func health(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	fmt.Fprint(w, `{"status": "healthy", "service": "app"}`)
}

func main() {
	address, err := databaseURL()
	if err != nil {
		log.Fatal(err)
	}
	db, err := sql.Open("postgres", address)
	if err != nil {
		log.Fatal(err)
	}
	if _, err := countUsers(db); err != nil {
		log.Fatalf("cannot open the database: %v", err)
	}
	http.HandleFunc("/health", health)
	http.HandleFunc("/users", func(w http.ResponseWriter, _ *http.Request) {
		count, err := countUsers(db)
		if err != nil {
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
			return
		}
		json.NewEncoder(w).Encode(map[string]int{"users": count})
	})
	log.Print("Server starting on port 8080")
	log.Fatal(http.ListenAndServe(":8080", nil))
}
