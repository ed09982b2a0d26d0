import Type, { type TProperties } from "typebox";
import { scopes } from "../../domain/access.ts";
import { type ErrorType, errorCatalogue } from "../../errors.ts";
import { Id, Network, oneOf, singleLineText, Timestamp } from "./primitives.ts";

/** Name of a trust or an automation token. */
export const Name = Type.String({ pattern: "^[^\\u0000-\\u001f\\u007f]+$", maxLength: 100 });

/** Maximum length of a claim. Claims have no separate limit, but the token that contains them has. */
export const claimCharactersMax = 16_384;

/** Value of a claim. */
export const ClaimText = singleLineText(claimCharactersMax);

/** Name of a claim. */
export const ClaimName = singleLineText(128);

const grantKeysMax = 100;
const networksMax = 100;

/** What a trust or an automation token allows. */
export const Scopes = Type.Array(oneOf(scopes), { minItems: 1, maxItems: 1, description: "What it allows" });

/** What trusts and automation tokens have in common. */
export const grantProperties = {
  id: Id,
  name: Name,
  may: Scopes,
  keyIds: Type.Array(Id, { maxItems: grantKeysMax, description: "Keys for which it works" }),
  fromCidrs: Type.Array(Network, {
    maxItems: networksMax,
    description: "Networks from which it works. If the list is empty, it works from every address",
  }),
  createdOn: Timestamp,
  createdBy: Type.Object({
    email: singleLineText(320),
    hasLeft: Type.Boolean({ description: "Whether the user is disabled or no longer belongs to the company" }),
  }),
} satisfies TProperties;

/** Fields that requests to create trusts and automation tokens have in common. */
export const grantInputs = {
  name: singleLineText(400, "1 to 100 visible characters on one line"),
  may: Type.Array(oneOf(scopes), { minItems: 1, maxItems: 1, uniqueItems: true }),
  keyIds: Type.Array(Type.String({ format: "id", maxLength: 64 }), {
    minItems: 1,
    maxItems: grantKeysMax,
    description: "IDs of active keys of the company",
  }),
  fromCidrs: Type.Optional(
    Type.Array(Type.String({ format: "cidr", maxLength: 64 }), {
      maxItems: networksMax,
      description: "Networks from which it works. By default, it works from every address",
    }),
  ),
} satisfies TProperties;

/** Returns the schema of an error type or null. */
export function errorTypeOrNull(description: string): Type.TUnsafe<ErrorType | null> {
  return Type.Unsafe<ErrorType | null>({
    type: ["string", "null"],
    enum: [...Object.keys(errorCatalogue), null],
    description,
  });
}

/** A run of a pipeline. */
export const runProperties = {
  repository: singleLineText(400, "Repository or project"),
  workflow: singleLineText(400, "Workflow file, pipeline or service account"),
  runId: singleLineText(400),
} satisfies TProperties;
