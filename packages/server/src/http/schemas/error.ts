import Type from "typebox";
import { errorCatalogue } from "../../errors.ts";

const errorTypes = Object.keys(errorCatalogue);

/** Error body of `/external/v1/**`: the documented `{error:{code,message}}` plus type, request id and details. */
export const ErrorResponse = Type.Object(
  {
    error: Type.Object({
      code: Type.Integer({ description: "The HTTP status, repeated" }),
      message: Type.String({ description: "For people; may change" }),
      type: Type.String({ description: `For programs: one of ${errorTypes.join(", ")}` }),
      requestId: Type.String({ description: "The x-request-id of this answer" }),
      details: Type.Optional(
        Type.Array(Type.Object({ path: Type.String(), message: Type.String() }), {
          description: "One entry per refused field",
        }),
      ),
    }),
  },
  { title: "ErrorResponse", description: "What went wrong" },
);

/** Error body of `/api/**`: the documented `{data:null,error}` plus the error's type as `code`. */
export const ApiErrorResponse = Type.Object(
  { data: Type.Null(), error: Type.String(), code: Type.String() },
  { title: "ApiErrorResponse", description: "What went wrong" },
);
