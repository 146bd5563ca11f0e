using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Vantage.Host.Web;

/// <summary>Every problem this API can answer with (RFC 9457). <c>type</c> is a contract; <c>detail</c> is for people.</summary>
internal static class Problems
{
    public static ProblemHttpResult NotSignedIn(IDictionary<string, object?>? more = null)
        => Problem("not-signed-in", "Sign in first", 401, "Sign in, or send a valid bearer token.", more);

    public static ProblemHttpResult WrongPassword() => Problem("wrong-password", "Wrong user or password", 401, null);

    public static ProblemHttpResult RightMissing(string right) => Problem(
        "right-missing", "Your post does not have this right", 403, $"It needs the right {right}.",
        new Dictionary<string, object?>(StringComparer.Ordinal) { ["right"] = right });

    public static ProblemHttpResult ViewOnly()
        => Problem("view-only", "A wall screen only looks", 403, "Nothing is changed from a wall screen. It is ended where screens are approved.");

    public static ProblemHttpResult CrossSite()
        => Problem("cross-site", "The request came from another site", 403, "Requests that change something are taken from this site's own pages only.");

    public static IResult TooManyAttempts(TimeSpan wait) => new RetryLater(
        Problem("too-many-attempts", "Too many attempts", 429, $"Try again in {Math.Ceiling(wait.TotalSeconds)} s."), wait);

    public static ProblemHttpResult Unknown(string what, string key)
        => Problem("unknown", $"No such {what}", 404, $"There is no {what} '{key}'.");

    public static ProblemHttpResult NoUnit()
        => Problem("no-unit", "This account is no unit's", 404, "Its post must name a registered unit, such as officer@officer/0132.");

    public static ProblemHttpResult Gone(string detail) => Problem("gone", "No longer there", 410, detail);

    public static ProblemHttpResult Conflict(string detail, IDictionary<string, object?>? more = null)
        => Problem("conflict", "It is not in a state for this", 409, detail, more);

    public static ProblemHttpResult NotReadable(string detail) => Problem("not-readable", "The body is not readable", 400, detail);

    public static ProblemHttpResult WrongMediaType(string right)
        => Problem("unsupported-media-type", "Unsupported media type", 415, $"Send {right}.");

    public static ProblemHttpResult TooLarge(long limit)
        => Problem("too-large", "The body is too large", 413, $"At most {limit.ToString(CultureInfo.InvariantCulture)} bytes are taken in one request.");

    public static ProblemHttpResult TooLargeBody(string detail) => Problem("too-large", "The body is too large", 413, detail);

    public static ProblemHttpResult TooMuch(string detail) => Problem("too-much", "That is too much for one answer", 422, detail);

    /// <summary>Values are wrong: every one of them is named, by its JSON field or query parameter.</summary>
    public static ProblemHttpResult Invalid(IReadOnlyDictionary<string, string[]> errors)
        => Problem("invalid", "Some values are not valid", 400, null, new Dictionary<string, object?>(StringComparer.Ordinal) { ["errors"] = errors });

    /// <summary>A value is missing that only this caller, or this question, needs.</summary>
    public static ProblemHttpResult Missing(string field)
        => Invalid(new Dictionary<string, string[]>(StringComparer.Ordinal) { [field] = ["Is missing."] });

    /// <summary>An import of which nothing was taken.</summary>
    public static ProblemHttpResult RowsWrong(int count, object result) => Problem(
        "rows-wrong", "Some rows are wrong", 422, $"{count} rows are wrong, so nothing was taken. Mend them, or take the others by partial=true.",
        new Dictionary<string, object?>(StringComparer.Ordinal) { ["result"] = result });

    public static IResult Interrupted(string howFar) => new RetryLater(
        Problem("interrupted", "It was not finished", 503, $"{howFar} Importing the same again is safe: what was made is unchanged by it."), TimeSpan.FromSeconds(5));

    public static IResult Behind(TimeSpan wait) => new RetryLater(
        Problem("behind", "Queries have not caught up yet", 503, "What was written is safe. Retrying is safe."), wait);

    public static IResult Busy(TimeSpan wait) => new RetryLater(
        Problem("busy", "Too much is being read at this moment", 503, "Others' answers fill the room that there is for them. Retrying is safe."), wait);

    public static IResult NoBasemap(TimeSpan wait) => new RetryLater(
        Problem("no-basemap", "The base map cannot be had now", 503, "Its server does not answer, or its file is not there. It is tried again."), wait);

    public static IResult StorageRefused() => new RetryLater(
        Problem("storage-refused", "Storage refused the write", 503, "Nothing was accepted. Retrying is safe."), TimeSpan.FromSeconds(5));

    /// <summary>The same for a question.</summary>
    public static IResult StorageUnread() => new RetryLater(
        Problem("storage-refused", "Storage could not be read", 503, "It does not answer at this moment. Retrying is safe."), TimeSpan.FromSeconds(5));

    /// <summary>What the question needs is damaged: asking again does not help.</summary>
    public static ProblemHttpResult Damaged(string part) => Problem(
        "damaged", "Something that is stored cannot be read", 500, $"It is {part}. Ask for a range without it; a backup may have it. The host's log says more.");

    /// <summary>The problem for a bare status: what routing and the server itself refuse.</summary>
    public static ProblemHttpResult ForStatus(int status) => status switch
    {
        400 => NotReadable("The request could not be read."),
        401 => NotSignedIn(),
        404 => Problem("not-found", "Nothing is here", 404, null),
        405 => Problem("method-not-allowed", "This is not done here", 405, "See the Allow header for what is."),
        408 => Problem("too-slow", "The request came too slowly", 408, null),
        413 => Problem("too-large", "The body is too large", 413, null),
        415 => WrongMediaType("the content type that /openapi/v1.json names"),
        500 => Problem("failed", "This failed, and it is not your fault", 500, "It is in the host's log."),
        _ => Problem($"status-{status.ToString(CultureInfo.InvariantCulture)}", "The request was refused", status, null),
    };

    public static ProblemHttpResult Problem(
        string type, string title, int status, string? detail, IDictionary<string, object?>? more = null)
        => TypedResults.Problem(detail, instance: null, status, title, $"urn:vantage:problem:{type}", more);

    /// <summary>A problem with a Retry-After header.</summary>
    private sealed class RetryLater(ProblemHttpResult problem, TimeSpan wait) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
            return problem.ExecuteAsync(httpContext);
        }
    }
}
