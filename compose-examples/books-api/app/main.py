"""A list of books in Postgres. It opens its database when it starts and gives up if that fails."""

import os
import pathlib

import psycopg2
from flask import Flask, jsonify, request

app = Flask(__name__)


def connect():
    return psycopg2.connect(
        host=os.environ["POSTGRES_HOST"],
        dbname=os.environ["POSTGRES_DB"],
        user=os.environ["POSTGRES_USER"],
        password=pathlib.Path(os.environ["POSTGRES_PASSWORD_FILE"]).read_text().rstrip("\n"),
    )


def query(sql, *values):
    """The rows of one statement, in a transaction of its own."""
    connection = connect()
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(sql, values)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


def as_book(row):
    return dict(zip(("id", "title", "author"), row))


@app.get("/books")
def books():
    return jsonify([as_book(row) for row in query("SELECT id, title, author FROM books ORDER BY id")])


@app.get("/books/<int:book>")
def book(book):
    rows = query("SELECT id, title, author FROM books WHERE id = %s", book)
    return jsonify(as_book(rows[0])) if rows else (jsonify(error="no such book"), 404)


@app.post("/books")
def add():
    new = request.get_json()
    sql = "INSERT INTO books (title, author) VALUES (%s, %s) RETURNING id, title, author"
    return jsonify(as_book(query(sql, new["title"], new["author"])[0])), 201


@app.delete("/books/<int:book>")
def delete(book):
    rows = query("DELETE FROM books WHERE id = %s RETURNING id", book)
    return ("", 204) if rows else (jsonify(error="no such book"), 404)


query("CREATE TABLE IF NOT EXISTS books (id serial PRIMARY KEY, title text NOT NULL, author text NOT NULL)")

if __name__ == "__main__":
    app.run(host="0.0.0.0", port=5000)
