import Type, { type TProperties } from "typebox";
import { graceSecondsMax } from "../../domain/rotations/secret-lifetime.ts";
import {
  ClientId,
  ClientSecret,
  Id,
  IpAddress,
  Network,
  namedObject,
  nullable,
  oneOf,
  pageParameters,
  requestBody,
  singleLineText,
  strictObject,
  Timestamp,
  timeInput,
  wholeNumber,
} from "./primitives.ts";

/** A name as the server returns it: one line, 1 to 100 characters. A character outside the BMP counts as one. */
const Name = Type.String({ pattern: "^[^\\u0000-\\u001f\\u007f]+$", maxLength: 100 });
/** Maximum length of a stored email address. */
const emailCharactersMax = 320;
/** Maximum number of entries in an allowlist. */
const allowlistEntriesMax = 100;
/** Maximum number of pending rotations per key. */
const pendingRotationsMax = 3;
/** Maximum number of keys and events on a page. */
const pageItemsMax = 1000;

/** An allowlist entry of a key. */
export const AllowedIp = namedObject("AllowedIp", "The entry", {
  id: Id,
  cidr: Network,
  note: nullable(singleLineText(200)),
  createdOn: Timestamp,
  expiresAt: nullable(
    Timestamp,
    "When the entry expires. It then matches no address, but the allowlist stays restrictive",
  ),
});

const SecretState = oneOf(["current", "pending", "retiring"], "State of the secret");

const secretProperties = {
  id: Id,
  createdOn: Timestamp,
  createdBy: nullable(
    singleLineText(emailCharactersMax),
    "Email address of the user who started the rotation, or the name of the trust or automation token",
  ),
  expiresOn: nullable(Timestamp, "When a retiring secret expires, or a pending secret that was never used"),
  firstUsedOn: nullable(Timestamp),
  lastUsedAt: nullable(Timestamp, "At most 5 seconds behind"),
  lastUsedIp: nullable(IpAddress),
  leaseExpiresOn: nullable(
    Timestamp,
    "When the lease expires. Set for the rotation that holds or last held the lease. No other rotation can start before",
  ),
} satisfies TProperties;

/** A pending rotation: a second secret of the key that works. */
const PendingRotation = namedObject("PendingRotation", "A rotation that can be finished or aborted", secretProperties);

/** A working secret in the drain report. */
export const LiveSecret = namedObject(
  "LiveSecret",
  "A secret that works. Its ID is the ID of the rotation that created it",
  { ...secretProperties, state: SecretState },
);

/** Response of renewRotation. */
export const RotationLease = namedObject("RotationLease", "The lease", {
  id: Id,
  leaseExpiresOn: {
    ...Timestamp,
    description: "When the lease expires. Pass it to finish and to the next renewal to identify the lease",
  },
  leaseSeconds: wholeNumber(0, 86_400, "Remaining duration of the lease in seconds"),
  wasTakenOver: Type.Boolean({
    description: "If true, another rotation held the lease in between. Deliver the secret again before you finish",
  }),
});

const keyProperties = {
  id: Id,
  name: Name,
  clientId: ClientId,
  status: oneOf(["active", "revoked"], "Revocation is permanent"),
  lastUsedAt: nullable(Timestamp, "At most 5 seconds behind. Null before the first use"),
  createdOn: Timestamp,
  ipAllowlist: Type.Array(AllowedIp, {
    maxItems: allowlistEntriesMax,
    description: "Allowed addresses. If the list is empty, every address can use the key",
  }),
  lastUsedIp: nullable(IpAddress),
  rotatedOn: nullable(Timestamp),
  revokedOn: nullable(Timestamp),
  rotation: nullable(
    Type.Array(PendingRotation, { maxItems: pendingRotationsMax }),
    "The pending rotations, oldest first. Null if there is none",
  ),
} satisfies TProperties;

/** A key: the documented fields, then the extensions. */
export const ApiKey = namedObject("ApiKey", "The key", keyProperties);

/** The documented array of keys. */
export const ApiKeyList = Type.Array(ApiKey, { maxItems: pageItemsMax, description: "The keys" });

/** A key with the secret that only this response contains. */
export const ApiKeyWithSecret = namedObject("ApiKeyWithSecret", "The key with its new secret", {
  ...keyProperties,
  clientSecret: ClientSecret,
  rotationId: Type.Optional({ ...Id, description: "ID of the rotation. Staged only" }),
  leaseExpiresOn: Type.Optional(nullable(Timestamp, "When the lease expires. Staged only")),
  expiresOn: Type.Optional(nullable(Timestamp, "When the secret expires if it is not used. Staged only")),
});

/** Filters of listKeys. */
export const KeysQuery = strictObject({
  status: Type.Optional(Type.Union([Type.Literal("active"), Type.Literal("revoked")])),
  namePrefix: Type.Optional(
    singleLineText(
      400,
      "Only keys whose names start with this text, ordered by name. The case of ASCII letters does not matter",
    ),
  ),
  ...pageParameters(pageItemsMax, pageItemsMax),
});

/** The domain counts characters after trimming, with a better error message than a schema. */
const nameInput = singleLineText(65_536, "1 to 100 characters after trimming");
/** An IP address or CIDR range from a client. The domain parses it and explains errors. */
const networkInput = Type.String({
  format: "cidr",
  maxLength: 64,
  description: "IP address or CIDR range, for example 203.0.113.0/24",
});

/** Request of createKey (`ipAllowlist` is an extension). */
export const CreateKeyRequest = requestBody("CreateKeyRequest", {
  name: nameInput,
  ipAllowlist: Type.Optional(
    Type.Array(networkInput, { maxItems: allowlistEntriesMax, description: "IP addresses or CIDR ranges" }),
  ),
});

const GraceSeconds = wholeNumber(
  0,
  graceSecondsMax,
  "Grace period of the replaced secrets in seconds. With 0 they stop working immediately",
);

/** Request of rotateKey. The documented one is empty. */
export const RotateKeyRequest = requestBody("RotateKeyRequest", {
  mode: Type.Optional(
    Type.Union([Type.Literal("immediate"), Type.Literal("staged")], {
      description:
        "`immediate` (default) replaces the secret. `staged` adds a pending secret, and the current secret keeps working",
    }),
  ),
  graceSeconds: Type.Optional(GraceSeconds),
  expiresInSeconds: Type.Optional(
    wholeNumber(
      60,
      604_800,
      "Seconds until the new secret expires if it is not used. Staged only. The default is 86400 (one day)",
    ),
  ),
  takeOver: Type.Optional(
    Type.Boolean({
      description:
        "Start even though another rotation holds the lease. Staged only. Set it only when you know that the other run has stopped",
    }),
  ),
});

/** Request of renewRotation. */
export const RenewRotationRequest = requestBody("RenewRotationRequest", {
  leaseExpiresOn: Type.Optional(timeInput("The `leaseExpiresOn` of the lease that this process holds and continues")),
});

/** Request of finishRotation. */
export const FinishRotationRequest = requestBody("FinishRotationRequest", {
  graceSeconds: Type.Optional(GraceSeconds),
  leaseExpiresOn: Type.Optional(
    timeInput(
      "The `leaseExpiresOn` of the lease under which the secret was delivered. The call fails if that lease was renewed or lost",
    ),
  ),
  takeOver: Type.Optional(
    Type.Boolean({
      description:
        "Finish even though another rotation may have delivered its secret later. Set it only when you know that the other run has stopped",
    }),
  ),
});

/** Request of abortRotation. */
export const AbortRotationRequest = requestBody("AbortRotationRequest", {
  force: Type.Optional(
    Type.Boolean({ description: "Revoke the secret even if it was used or may have been delivered" }),
  ),
});

/** Request of renameKey. */
export const RenameKeyRequest = requestBody("RenameKeyRequest", { name: nameInput });

/** Request of allowIp. */
export const AllowIpRequest = requestBody("AllowIpRequest", {
  cidr: networkInput,
  note: Type.Optional(Type.Union([singleLineText(800), Type.Null()], { description: "Up to 200 characters" })),
  expiresAt: Type.Optional(
    Type.Union([timeInput("Time in the future"), Type.Null()], {
      description: "When the entry expires. Null means never",
    }),
  ),
  mayShorten: Type.Optional(
    Type.Boolean({
      description: "Also set an expiry that is earlier than that of the existing entry. Requires `expiresAt`",
    }),
  ),
});

/** Response of verify to reverse proxies and services. */
export const Verification = namedObject("Verification", "The key of the credential", {
  keyId: Id,
  clientId: ClientId,
  companyId: Id,
  companyName: Name,
  name: { ...Name, description: "Name of the key" },
  secret: SecretState,
});
