import Type, { type TString } from "typebox";

/** Returns the keyword for a description, if there is one. */
function describe(description: string | undefined): { readonly description?: string } {
  return description === undefined ? {} : { description };
}

/** Returns the schema of a named object in responses. */
export function namedObject<Properties extends Type.TProperties>(
  title: string,
  description: string | undefined,
  properties: Properties,
): Type.TObject<Properties> {
  return Type.Object(properties, { title, ...describe(description) });
}

/** Returns the schema of an object without a name, such as the filters of a list. Unknown fields are refused. */
export function strictObject<Properties extends Type.TProperties>(properties: Properties): Type.TObject<Properties> {
  return Type.Object(properties, { additionalProperties: false });
}

/** Returns the schema of a request body. Unknown fields are refused. */
export function requestBody<Properties extends Type.TProperties>(
  title: string,
  properties: Properties,
): Type.TObject<Properties> {
  return Type.Object(properties, { title, additionalProperties: false });
}

/** UUID of a user, company, key or entry. */
export const Id = Type.String({ format: "uuid", maxLength: 36, description: "UUID" });

/**
 * Returns the schema of a reference by ID. It accepts every text, because the response must not distinguish a malformed
 * ID from the ID of another company.
 */
export function idReference(description: string): TString {
  return Type.String({ format: "id", maxLength: 16_384, description });
}

/** A time from the server: ISO 8601 UTC with milliseconds. */
export const Timestamp = Type.String({
  format: "date-time",
  maxLength: 24,
  description: "ISO 8601 UTC with milliseconds",
});

/** Returns the schema of a time from a client: ISO 8601 with any offset. */
export function timeInput(description: string): TString {
  return Type.String({ format: "date-time", maxLength: 64, description });
}

/** Returns the schema of single-line text from a user, such as the name of a key, without control characters. */
export function singleLineText(maxLength: number, description?: string): TString {
  return Type.String({ format: "single-line-text", maxLength, ...describe(description) });
}

/** Returns the schema of a set of values that can grow. Clients must accept unknown values. */
export function oneOf<const Value extends string>(values: readonly Value[], description?: string): Type.TUnsafe<Value> {
  return Type.Unsafe<Value>({ type: "string", enum: [...values], ...describe(description) });
}

/**
 * Returns the schema of a value or null, for responses. A list of types serializes faster than a union of two schemas.
 */
export function nullable<Schema extends Type.TSchema & { readonly type: string }>(
  schema: Schema,
  description?: string,
): Type.TUnsafe<Type.Static<Schema> | null> {
  return Type.Unsafe<Type.Static<Schema> | null>({ ...schema, ...describe(description), type: [schema.type, "null"] });
}

/** Returns the schema of a whole number with limits. */
export function wholeNumber(minimum: number, maximum: number, description?: string): Type.TInteger {
  return Type.Integer({ format: "int32", minimum, maximum, ...describe(description) });
}

/** Largest value of the format `int32`. */
export const int32Max = 2_147_483_647;

/** Public ID of a key. */
export const ClientId = Type.String({
  pattern: "^api_[0-9a-f]{24}$",
  maxLength: 28,
  description: "Public ID of the key: api_ and 24 hex digits",
});

/** Secret of a key. */
export const ClientSecret = Type.String({
  pattern: "^sec_[0-9a-f]{48}$",
  maxLength: 52,
  description: "sec_ and 48 hex digits. The server returns it only in this response",
});

/** An IPv4 or IPv6 address in canonical form. IPv4 has at most 15 characters, IPv6 at most 39. */
export const IpAddress = Type.String({
  pattern: "^[0-9A-Fa-f:.]{2,45}$",
  maxLength: 45,
  description: "IPv4 or IPv6 address",
});

/** An allowed network in canonical form. */
export const Network = Type.String({
  pattern: "^[0-9A-Fa-f:.]{2,45}/[0-9]{1,3}$",
  maxLength: 49,
  description: "Network in canonical form, with prefix length: 203.0.113.0/24, 2001:db8::/32",
});

/** Cursor of the next page, from the `Link` header of the previous page. */
const Cursor = Type.String({
  format: "cursor",
  maxLength: 512,
  description: "Cursor from the `Link` header of the previous page",
});

/** Returns the query parameters that select a page of a list. */
export function pageParameters(limitMax: number, limitDefault: number) {
  return {
    limit: Type.Optional({ ...wholeNumber(1, limitMax), default: limitDefault }),
    cursor: Type.Optional(Cursor),
  };
}

/** Path parameters of one key. */
export const KeyParams = Type.Object({ id: idReference("ID of the key") });

/** Path parameters of one rotation of a key. */
export const RotationParams = Type.Object({
  ...KeyParams.properties,
  rotationId: idReference("ID of the rotation"),
});

/** The Idempotency-Key header. `plugins/idempotency-key.ts` checks its format. */
export const IdempotencyHeaders = Type.Object({
  "idempotency-key": Type.Optional(
    Type.String({
      format: "idempotency-key",
      maxLength: 1_024,
      description:
        "1 to 255 visible ASCII characters. Use a new key for each request. The same key and body return the same response for 24 hours",
    }),
  ),
});

/** An empty JSON object without any fields. */
export const EmptyBody = strictObject({});
