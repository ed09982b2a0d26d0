/**
 * The status and the usual message of the errors of trusts and automation tokens. Remove this file when the generated
 * `errorCatalog` contains them.
 */
export const pipelineErrors = {
  ASSERTION_INVALID: [401, "The token of the CI platform is not valid for this server"],
  ASSERTION_REPLAYED: [401, "The token of the CI platform was already used. Request another one for each command"],
  TRUST_DENIED: [403, "No trust with this ID allows this job"],
  SCOPE_DENIED: [403, "This token does not allow this operation or this key"],
} as const;

/** An error type of trusts and automation tokens. */
export type PipelineErrorType = keyof typeof pipelineErrors;
