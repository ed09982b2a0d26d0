import Type from "typebox";
import { type ErrorType, errorCatalogue } from "../../errors.ts";
import { Id, namedObject, oneOf, wholeNumber } from "./primitives.ts";

const errorTypes = Object.keys(errorCatalogue) as ErrorType[];
/** Error type, for programs. */
const ErrorTypeName = oneOf(errorTypes, "Error type, for programs. A newer server can return other types");
/** Error message, for people. Some messages contain a name or a list of invalid fields. */
const Message = Type.String({
  format: "message",
  maxLength: 4_096,
  description: "Error message, for people. It can change",
});

/** Error body of `/external/v1/**`: the documented `{error:{code,message}}` with type, request ID and details. */
export const ErrorResponse = namedObject("ErrorResponse", "The error", {
  error: Type.Object({
    code: wholeNumber(400, 599, "HTTP status code"),
    message: Message,
    type: ErrorTypeName,
    requestId: { ...Id, description: "Value of the x-request-id header of this response" },
    details: Type.Optional(
      Type.Array(
        Type.Object({
          path: Type.String({
            format: "field-path",
            maxLength: 1_024,
            description: "JSON pointer, or the name of a query parameter",
          }),
          message: Message,
        }),
        { maxItems: 100, description: "One entry per invalid field" },
      ),
    ),
  }),
});

/** Error body of `/api/**`: the documented `{data:null,error}` with the error type as `code`. */
export const ApiErrorResponse = namedObject("ApiErrorResponse", "The error", {
  data: Type.Null(),
  error: Message,
  code: ErrorTypeName,
});
