// QuickCart: items of a shopping cart in Postgres, visits counted in Redis.
// It opens its database when it starts and gives up if that fails.
package main

import (
	"database/sql"
	"encoding/json"
	"log"
	"net/http"
	"os"

	"github.com/gomodule/redigo/redis"
	_ "github.com/lib/pq"
)

type shop struct{ db *sql.DB }

func openDatabase(url string) (*sql.DB, error) {
	db, err := sql.Open("postgres", url)
	if err != nil {
		return nil, err
	}
	_, err = db.Exec("CREATE TABLE IF NOT EXISTS items (id serial PRIMARY KEY, name text NOT NULL)")
	return db, err
}

func visits() (int, error) {
	cache, err := redis.DialURL(os.Getenv("REDIS_URL"))
	if err != nil {
		return 0, err
	}
	defer cache.Close()
	return redis.Int(cache.Do("INCR", "visits"))
}

func (s shop) names() ([]string, error) {
	rows, err := s.db.Query("SELECT name FROM items ORDER BY id")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	names := []string{}
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	return names, rows.Err()
}

func reply(w http.ResponseWriter, value any, err error) {
	w.Header().Set("Content-Type", "application/json")
	if err != nil {
		w.WriteHeader(http.StatusServiceUnavailable)
		value = map[string]string{"error": err.Error()}
	}
	json.NewEncoder(w).Encode(value)
}

func (s shop) items(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodPost {
		_, err := s.db.Exec("INSERT INTO items (name) VALUES ($1)", r.FormValue("name"))
		reply(w, map[string]bool{"added": err == nil}, err)
		return
	}
	count, err := visits()
	if err != nil {
		reply(w, nil, err)
		return
	}
	names, err := s.names()
	reply(w, map[string]any{"items": names, "visits": count}, err)
}

func main() {
	db, err := openDatabase(os.Getenv("DATABASE_URL"))
	if err != nil {
		log.Fatalf("cannot open the database: %v", err)
	}
	http.HandleFunc("/health", func(w http.ResponseWriter, _ *http.Request) {
		reply(w, map[string]string{"status": "healthy"}, nil)
	})
	http.HandleFunc("/items", shop{db}.items)
	log.Print("QuickCart listens on port 8080")
	log.Fatal(http.ListenAndServe(":8080", nil))
}
