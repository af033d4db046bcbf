package main

import (
	"net/http/httptest"
	"testing"
)

func TestHealth(t *testing.T) {
	recorder := httptest.NewRecorder()
	health(recorder, nil)
	if got, want := recorder.Body.String(), `{"status": "healthy", "service": "app"}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestDatabaseURLEscapesThePassword(t *testing.T) {
	for name, value := range map[string]string{"DB_HOST": "db", "DB_PORT": "5432", "DB_NAME": "appdb", "DB_USER": "appuser",
		"DB_PASSWORD": "a/b@c", "DB_PASSWORD_FILE": ""} {
		t.Setenv(name, value)
	}
	got, err := databaseURL()
	if want := "postgres://appuser:a%2Fb%40c@db:5432/appdb?sslmode=disable"; got != want || err != nil {
		t.Errorf("got %s, %v, want %s", got, err, want)
	}
}
