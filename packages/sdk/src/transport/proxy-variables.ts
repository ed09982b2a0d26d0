import { ConfigurationError } from "../errors.ts";

const NAMES = ["https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY"];

/**
 * Says which of the variables that undici's proxy agent reads keeps it from starting: the first that is no address of a proxy.
 * Its value stays out of the error, and so does undici's own error, which may hold it: there may be a password inside.
 */
export function explainProxyVariables(env: Readonly<Record<string, string | undefined>>): ConfigurationError {
  const name = NAMES.find((each) => env[each] && !isProxyAddress(env[each])) ?? "HTTPS_PROXY or HTTP_PROXY";
  return new ConfigurationError(
    `${name} is not the address of a proxy, such as http://proxy.example.com:3128. ` +
      "Reserved characters in its user name or password have to be percent-encoded.",
  );
}

function isProxyAddress(value: string): boolean {
  try {
    const { protocol, username, password } = new URL(value);
    decodeURIComponent(username + password);
    return /^https?:$/.test(protocol);
  } catch {
    return false;
  }
}
