// An API of users in MVC: the model is a table in MySQL, the view is JSON.
// It opens its database when it starts and gives up if that fails.
package main

import (
	"database/sql"
	"encoding/json"
	"log"
	"net/http"
	"os"

	_ "github.com/go-sql-driver/mysql"
)

// Model

type user struct {
	ID    int    `json:"id"`
	Name  string `json:"name"`
	Email string `json:"email"`
}

type users struct{ db *sql.DB }

func openUsers(dsn string) (users, error) {
	db, err := sql.Open("mysql", dsn)
	if err != nil {
		return users{}, err
	}
	_, err = db.Exec("CREATE TABLE IF NOT EXISTS users (id INT AUTO_INCREMENT PRIMARY KEY, name TEXT, email TEXT)")
	return users{db}, err
}

func (u users) add(name, email string) error {
	_, err := u.db.Exec("INSERT INTO users (name, email) VALUES (?, ?)", name, email)
	return err
}

func (u users) all() ([]user, error) {
	rows, err := u.db.Query("SELECT id, name, email FROM users ORDER BY id")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	found := []user{}
	for rows.Next() {
		var one user
		if err := rows.Scan(&one.ID, &one.Name, &one.Email); err != nil {
			return nil, err
		}
		found = append(found, one)
	}
	return found, rows.Err()
}

// View

func show(w http.ResponseWriter, value any, err error) {
	w.Header().Set("Content-Type", "application/json")
	if err != nil {
		w.WriteHeader(http.StatusInternalServerError)
		value = map[string]string{"error": err.Error()}
	}
	json.NewEncoder(w).Encode(value)
}

// Controller

func (u users) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodPost {
		if err := u.add(r.FormValue("name"), r.FormValue("email")); err != nil {
			show(w, nil, err)
			return
		}
	}
	list, err := u.all()
	show(w, list, err)
}

func main() {
	model, err := openUsers(os.Getenv("DATABASE_DSN"))
	if err != nil {
		log.Fatalf("cannot open the database: %v", err)
	}
	http.Handle("/users", model)
	log.Print("the API listens on port 8000")
	log.Fatal(http.ListenAndServe(":8000", nil))
}
