import type { LookupAddress } from "node:dns";
import { lookup } from "node:dns/promises";
import { once } from "node:events";
import { type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { connect, isIP, type Socket } from "node:net";
import { connect as connectTls, type TLSSocket } from "node:tls";
import { findProxy } from "@briksync/sdk";
import type { Context } from "../context.ts";
import { adviseOnTls, trustAdvice } from "../errors/advise-on-tls.ts";
import { exitCodes } from "../errors/exit-codes.ts";
import { sanitizeText } from "../text/sanitize.ts";
import { type Finding, failed, ok, skipped, warning } from "./check.ts";

const stepTimeoutMs = 4000;
const noResponse = `no response within ${stepTimeoutMs / 1000} s`;

/**
 * A larger clock difference confuses logs and one-time passwords, although only the server's clock decides about
 * tokens.
 */
const clockSkewMaxSeconds = 60;

/**
 * Checks the path to the server step by step: proxy, DNS, connection, certificate, HTTP and the server's clock. Stops
 * at the first failed step, because the later ones would fail for the same reason.
 */
export async function checkNetwork(context: Context, server: string): Promise<Finding[]> {
  const url = new URL(server);
  try {
    const proxy = findProxy(server, context.env);
    if (proxy !== null) {
      return [
        ok("proxy", `requests go through ${proxy.variable} (${proxy.host})`),
        skipped("network", "the proxy handles DNS, the connection and the certificate"),
      ];
    }
  } catch (error) {
    return [failed("proxy", exitCodes.usage, explain(error), "Correct the variable, or unset it.")];
  }
  const port = Number(url.port || (url.protocol === "https:" ? 443 : 80));
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const findings: Finding[] = [];
  const steps = [
    () => checkName(host),
    () => checkConnection(host, port),
    ...(url.protocol === "https:" ? [() => checkCertificate(context, host, port)] : []),
    () => checkHttp(context, url),
  ];
  for (const step of steps) {
    const found = await step();
    findings.push(...found);
    if (found.some((finding) => finding.status === "failed")) break;
  }
  return findings;
}

async function checkName(host: string): Promise<Finding[]> {
  if (isIP(host) !== 0) return [];
  try {
    const addresses = await lookupInTime(host);
    return [ok("name", `${host} resolves to ${addresses.map((entry) => entry.address).join(", ")}`)];
  } catch (error) {
    const hint = "Check the hostname and the DNS settings of this machine.";
    return [failed("name", exitCodes.unreachable, `${host} cannot be resolved: ${explain(error)}`, hint)];
  }
}

// A DNS lookup cannot be canceled, so it is only no longer awaited.
function lookupInTime(host: string): Promise<LookupAddress[]> {
  return new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error(noResponse)), stepTimeoutMs).unref();
    lookup(host, { all: true }).then(resolve, reject);
  });
}

async function checkConnection(host: string, port: number): Promise<Finding[]> {
  const start = performance.now();
  const socket = connect({ host, port });
  try {
    await waitFor(socket, "connect");
    return [ok("connection", `${host} port ${port} in ${Math.round(performance.now() - start)} ms`)];
  } catch (error) {
    const hint = "Check that the server is running and that no firewall blocks the connection.";
    return [failed("connection", exitCodes.unreachable, `${host} port ${port}: ${explain(error)}`, hint)];
  } finally {
    socket.destroy();
  }
}

async function checkCertificate(context: Context, host: string, port: number): Promise<Finding[]> {
  const socket: TLSSocket = connectTls({
    host,
    port,
    rejectUnauthorized: true,
    ...(isIP(host) === 0 && { servername: host }),
  });
  try {
    await waitFor(socket, "secureConnect");
    const until = new Date(socket.getPeerCertificate().valid_to);
    const days = Math.floor((until.getTime() - context.host.now().getTime()) / 86_400_000);
    const text = `${socket.getProtocol()}, certificate valid for ${days} more days`;
    return [days < 14 ? warning("certificate", text, "Renew the certificate soon.") : ok("certificate", text)];
  } catch (error) {
    const { code = "", message = "" } = error as NodeJS.ErrnoException;
    const hint = adviseOnTls(code, message) ?? trustAdvice;
    return [failed("certificate", exitCodes.unreachable, `the connection is not trusted: ${explain(error)}`, hint)];
  } finally {
    socket.destroy();
  }
}

async function checkHttp(context: Context, server: URL): Promise<Finding[]> {
  const send = server.protocol === "https:" ? requestHttps : requestHttp;
  const url = new URL(`${server.pathname.replace(/\/$/, "")}/api/health`, server);
  const start = performance.now();
  try {
    const sent = send(url, { agent: false, rejectUnauthorized: true, signal: AbortSignal.timeout(stepTimeoutMs) });
    sent.end();
    const [response]: IncomingMessage[] = await once(sent, "response");
    response?.resume();
    const { statusCode: status, headers } = response ?? { headers: {} };
    if (server.protocol === "http:" && status === 400 && (await speaksTls(server))) return [wantsHttps(server)];
    const clock = checkClock(context, headers.date);
    return [ok("http", `status ${status} in ${Math.round(performance.now() - start)} ms`), clock];
  } catch (error) {
    if (server.protocol === "http:" && (await speaksTls(server))) return [wantsHttps(server)];
    const hint = "Check that no other program listens on this port.";
    return [failed("http", exitCodes.unreachable, `no valid HTTP response: ${explain(error)}`, hint)];
  }
}

// Returns whether the port uses TLS, even with an untrusted certificate.
async function speaksTls({ hostname, port }: URL): Promise<boolean> {
  const host = hostname.replace(/^\[|\]$/g, "");
  const socket = connectTls({ host, port: Number(port || 80), rejectUnauthorized: true });
  try {
    await waitFor(socket, "secureConnect");
    return true;
  } catch (error) {
    return /CERT|SELF_SIGNED|UNABLE_TO/.test((error as NodeJS.ErrnoException).code ?? "");
  } finally {
    socket.destroy();
  }
}

function wantsHttps(server: URL): Finding {
  const hint = `Use https://${server.host}${server.pathname.replace(/\/$/, "")}`;
  return failed("http", exitCodes.unreachable, `${server.host} expects https, not http`, hint);
}

/** Compares this machine's clock with the server's `Date` header (whole seconds, RFC 9110 section 6.6.1). */
function checkClock(context: Context, date: string | undefined): Finding {
  const serverMs = date === undefined ? Number.NaN : Date.parse(date);
  if (Number.isNaN(serverMs)) return skipped("clock", "the server does not send its time");
  const skewSeconds = Math.round((context.host.now().getTime() - serverMs) / 1000);
  const amount = `${Math.abs(skewSeconds)} s ${skewSeconds < 0 ? "behind" : "ahead of"} the server`;
  if (Math.abs(skewSeconds) <= 2) return ok("clock", "agrees with the server");
  if (Math.abs(skewSeconds) <= clockSkewMaxSeconds) return ok("clock", amount);
  const hint = "Set the clock of this machine. The CLI uses the server's time for durations and ages.";
  return warning("clock", `this machine is ${amount}`, hint);
}

/** Waits for an event of a socket. Rejects after the time limit of a step, or on a socket error. */
async function waitFor(socket: Socket, event: string): Promise<void> {
  await once(socket, event, { signal: AbortSignal.timeout(stepTimeoutMs) });
}

function explain(error: unknown): string {
  if (error instanceof AggregateError && error.errors[0] instanceof Error) return explain(error.errors[0]);
  if (!(error instanceof Error)) return sanitizeText(String(error));
  if (error.name === "AbortError" || error.name === "TimeoutError") return noResponse;
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  const known: Record<string, string> = {
    ENOTFOUND: "the hostname does not exist",
    EAI_AGAIN: "the DNS server does not respond",
    ECONNREFUSED: "connection refused; no program listens on this port",
    ECONNRESET: "the connection was reset",
    EHOSTUNREACH: "the host is unreachable",
    ENETUNREACH: "the network is unreachable",
    ETIMEDOUT: "no response",
  };
  return known[code] ?? sanitizeText(error.message);
}
