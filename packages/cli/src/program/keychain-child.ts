// The second program of this package. It runs one keychain operation in its own process, because a hanging keychain
// blocks its JavaScript thread, and only a kill ends it.
import { serveKeychain } from "../keychain/serve-keychain.ts";

await serveKeychain(() => import("@napi-rs/keyring"));
