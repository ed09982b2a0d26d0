import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findFreePort, isListening, type RunningProgram, startProgram } from "./child-process.ts";
import { createHttpClient, type HttpClient } from "./http-client.ts";
import { adaptRecipe } from "./recipe.ts";
import { createTemporaryDirectory } from "./temporary-directory.ts";

/** Names of the protected API and of briksync in the recipes. */
export const apiName = "api.example.com";
const briksyncName = "briksync.example.com";

/** Addresses of the servers behind the proxy, as `host:port`. */
export interface Upstreams {
  readonly briksync: string;
  readonly api: string;
}

/** A certificate for both names, and the paths of its files. */
interface Certificate {
  readonly ca: string;
  readonly certificatePath: string;
  readonly keyPath: string;
}

/** nginx or Caddy with its recipe, with TLS, on its own port. */
export interface EdgeProxy extends RunningProgram {
  readonly url: string;
  readonly ca: string;
  /** Client of the protected API. */
  readonly api: HttpClient;
  /** Client of briksync. */
  readonly briksync: HttpClient;
}

function makeCertificate(directory: string): Certificate {
  const certificatePath = join(directory, "fullchain.pem");
  const keyPath = join(directory, "privkey.pem");
  const names = `subjectAltName=DNS:${apiName},DNS:${briksyncName}`;
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", keyPath];
  const made = ["req", "-x509", ...key, "-out", certificatePath, "-days", "2", "-subj", "/CN=test", "-addext", names];
  execFileSync("openssl", made, { stdio: "pipe" });
  return { ca: readFileSync(certificatePath, "utf8"), certificatePath, keyPath };
}

/** Prepares a proxy from its recipe: writes its files into the directory, and returns the command. */
type Prepare = (
  directory: string,
  port: number,
  certificate: Certificate,
  upstreams: Upstreams,
) => { readonly command: readonly string[]; readonly env: Readonly<Record<string, string>> };

/** Includes the recipe in a minimal main file, because Debian's main file uses log and pid files of the system. */
const prepareNginx: Prepare = (directory, port, { certificatePath, keyPath }, { briksync, api }) => {
  const recipe = adaptRecipe("nginx.conf", {
    "127.0.0.1:4870": briksync,
    "127.0.0.1:3000": api,
    "listen 443": `listen 127.0.0.1:${port}`,
    [`/etc/letsencrypt/live/${apiName}/fullchain.pem`]: certificatePath,
    [`/etc/letsencrypt/live/${apiName}/privkey.pem`]: keyPath,
    [`/etc/letsencrypt/live/${briksyncName}/fullchain.pem`]: certificatePath,
    [`/etc/letsencrypt/live/${briksyncName}/privkey.pem`]: keyPath,
  });
  writeFileSync(join(directory, "briksync.conf"), recipe);
  const folders = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
  const paths = folders.map((name) => `${name}_temp_path ${directory}/${name};`).join("\n");
  writeFileSync(
    join(directory, "nginx.conf"),
    `daemon off;\nworker_processes 1;\npid ${directory}/nginx.pid;\nerror_log stderr notice;\nevents {}\n` +
      `http {\naccess_log off;\n${paths}\ninclude ${directory}/briksync.conf;\n}\n`,
  );
  // Workers run with an unprivileged account, and store large bodies in these folders.
  chmodSync(directory, 0o711);
  return { command: ["nginx", "-e", "stderr", "-p", directory, "-c", join(directory, "nginx.conf")], env: {} };
};

/** Uses the given certificates and nothing of the system: no admin port, no port 80, and no other folder. */
const prepareCaddy: Prepare = (directory, port, { certificatePath, keyPath }, { briksync, api }) => {
  const toSite = (name: string): string =>
    `https://${name}:${port} {\n\tbind 127.0.0.1\n\ttls ${certificatePath} ${keyPath}`;
  const recipe = adaptRecipe("Caddyfile", {
    "127.0.0.1:4870": briksync,
    "127.0.0.1:3000": api,
    "\n{\n": "\n{\n\tadmin off\n\tauto_https off\n",
    [`\n${apiName} {`]: `\n${toSite(apiName)}`,
    [`\n${briksyncName} {`]: `\n${toSite(briksyncName)}`,
  });
  const path = join(directory, "Caddyfile");
  writeFileSync(path, recipe);
  const home = join(directory, "home");
  mkdirSync(home);
  return { command: ["caddy", "run", "--config", path, "--adapter", "caddyfile"], env: { HOME: home } };
};

async function startEdgeProxy(prepare: Prepare, upstreams: Upstreams): Promise<EdgeProxy> {
  const directory = createTemporaryDirectory();
  try {
    const certificate = makeCertificate(directory.path);
    const port = await findFreePort();
    const { command, env } = prepare(directory.path, port, certificate, upstreams);
    const program = await startProgram(command, { env: { PATH: process.env["PATH"], ...env } }, () =>
      isListening(port),
    );
    const url = `https://127.0.0.1:${port}`;
    const api = createHttpClient(url, { servername: apiName, ca: certificate.ca });
    const briksync = createHttpClient(url, { servername: briksyncName, ca: certificate.ca });
    return {
      ...program,
      url,
      ca: certificate.ca,
      api,
      briksync,
      stop: async () => {
        api.close();
        briksync.close();
        await program.stop();
        directory.remove();
      },
    };
  } catch (error) {
    directory.remove();
    throw error;
  }
}

/** Starts nginx from `docs/deploy/nginx.conf`. The caller stops it. */
export function startNginx(upstreams: Upstreams): Promise<EdgeProxy> {
  return startEdgeProxy(prepareNginx, upstreams);
}

/** Starts Caddy from `docs/deploy/Caddyfile`. The caller stops it. */
export function startCaddy(upstreams: Upstreams): Promise<EdgeProxy> {
  return startEdgeProxy(prepareCaddy, upstreams);
}
