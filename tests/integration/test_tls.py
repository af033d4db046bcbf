"""TLS: what a line of standard output alone cannot show."""
import os

from common import PROBE, ProbeTest, full_only
from support import world
from support.peers import Peer, silent
from support.process import scratch
from support.servers.pg_peers import postgres_with_tls
from support.terminal import Terminal


@full_only
class Tls(ProbeTest):
    def test_a_fifo_as_a_file(self):
        """Nobody writes to it, so that to open it would take for ever."""
        fifo = scratch.folder("fifo") / "fifo"
        os.mkfifo(fifo)
        ca, folder = world.value("ca"), world.server("ca").folder
        https = f"https://127.0.0.1:{world.value('nginx.tls')}/"
        postgres = f"postgres://app:secret@127.0.0.1:{world.value('pg-tls')}/app?sslmode=verify-full"
        complaint = f'"{fifo}" is not a regular file\n'
        for words, env, said in (
                (("--cacert", fifo, https), {}, "--cacert: "),
                (("--cert", fifo, https), {}, "--cert: "),
                (("--cert", folder / "client.pem", "--key", fifo, https), {}, "--key: "),
                ((https,), {"PROBE_CACERT": str(fifo)}, "PROBE_CACERT: "),
                ((https,), {"SSL_CERT_FILE": str(fifo)}, f"{https}: SSL_CERT_FILE: "),
                ((f"{postgres}&sslrootcert={fifo}",), {}, "sslrootcert: "),
                ((f"{postgres}&sslrootcert={ca}&sslcert={fifo}",), {}, "sslcert: "),
                ((f"{postgres}&sslrootcert={ca}&sslcrl={fifo}",), {}, "sslcrl: "),
                ((f"{postgres}&sslrootcert={ca}",), {"PGSSLCERT": str(fifo)}, "sslcert: ")):
            with self.subTest(words=words, env=env):
                result = self.probe("-t", "1s", *words, env=env)
                self.assertEqual(result.status, 64, result.output)
                self.assertTrue(result.stderr.endswith(said + complaint), result.stderr)

    def test_no_prompt_for_the_password_of_a_key(self):
        folder = world.server("ca").folder
        key = folder / "client.encrypted.key"
        key.chmod(0o600)
        url = (f"postgres://mtls@127.0.0.1:{world.value('pg-tls')}/app?sslmode=verify-full&sslrootcert={world.value('ca')}"
               f"&sslcert={folder}/client.pem&sslkey={key}")
        terminal = Terminal([str(PROBE.path), "-t", "2s", url], columns=1000)
        self.assertEqual(terminal.end(10), 1, terminal.screen.text)
        self.assertIn(f'tls: could not load private key file "{key}": bad decrypt', terminal.screen.text)
        self.assertNotIn("pass phrase", terminal.screen.text)
        result = self.probe(f"{url}&sslpassword=secret")
        self.assertEqual(result.status, 0, result.output)

    def test_why_a_certificate_is_refused_takes_no_second_connection(self):
        """So no deadline can come between the verdict and its reason."""
        connections = []
        refused = postgres_with_tls("expired")

        def habit(connection, peer):
            connections.append(connection)
            (refused if len(connections) == 1 else silent)(connection, peer)

        port = Peer(habit).port
        result = self.probe("-t", "1s", f"postgres://app:secret@127.0.0.1:{port}/app?sslmode=verify-full"
                            f"&sslrootcert={world.value('ca')}")
        self.expect(result, 1, f"not ready  postgres://app@127.0.0.1:{port}/<any>  "
                    'tls: certificate "localhost" expired on <any>  <time>\n')
        self.assertEqual(len(connections), 1)
