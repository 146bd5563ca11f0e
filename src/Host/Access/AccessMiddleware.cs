using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.SignalR;
using Vantage.Host.People;
using Vantage.Host.Web;

namespace Vantage.Host.Access;

/// <summary>Asks <see cref="AccessPolicy"/> before any endpoint runs. An endpoint that states no right is closed to everybody.</summary>
internal sealed class AccessMiddleware(RequestDelegate next, CallerDirectory callers, AccessRecord record)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var endpoint = context.GetEndpoint();
        if (endpoint is not RouteEndpoint)
        {
            await next(context); // Nothing there, or not by this method or content: routing's own 404, 405, 415.
            return;
        }

        var caller = callers.Of(context.User);
        context.SetCaller(caller);
        if (caller.IsWallScreen && !OnlyLooks(endpoint))
        {
            await Problems.ViewOnly().ExecuteAsync(context);
            return;
        }

        if (endpoint.Metadata.GetMetadata<OpenToStrangers>() is not null)
        {
            await next(context);
            return;
        }

        var needed = endpoint.Metadata.GetMetadata<RightAttribute>();
        if (needed is { LoopbackIsEnough: true } && context.IsFromThisMachine())
        {
            await next(context);
            return;
        }

        if (needed is not null && needed.IsFor(caller))
        {
            await next(context);
            return;
        }

        if (caller.IsStranger)
        {
            await context.ChallengeAsync();
            await Problems.NotSignedIn().ExecuteAsync(context);
            return;
        }

        if (needed is not null && Rights.IsOnRecord(needed.Right))
        {
            await record.DeniedAsync(caller, needed.Right, context.Request.Path + context.Request.QueryString, context.RequestAborted);
        }

        await Problems.RightMissing(needed?.Right ?? "closed").ExecuteAsync(context);
    }

    /// <summary>Nothing is changed by it, whatever its right: by the methods that it takes, so that one that is added later is not forgotten.</summary>
    private static bool OnlyLooks(Endpoint endpoint)
        => endpoint.Metadata.GetMetadata<HubMetadata>() is not null // Each of its methods asks for its own right.
        || endpoint.Metadata.GetMetadata<OpenToWallScreens>() is not null
        || (endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? []) is { Count: > 0 } methods
            && methods.All(method => HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method));
}

internal static class CallerContextExtensions
{
    private static readonly object Key = new();

    /// <summary>Who is calling; <see cref="Caller.Stranger"/> when nobody is signed in.</summary>
    public static Caller Caller(this HttpContext context) => context.Items[Key] as Caller ?? Access.Caller.Stranger;

    public static void SetCaller(this HttpContext context, Caller caller) => context.Items[Key] = caller;

    /// <summary>What proxies add, each its own choice of these.</summary>
    private static readonly string[] MarksOfProxies = ["X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "Forwarded", "X-Real-IP", "Via"];

    /// <summary>The connection comes from this machine itself. A request that a proxy passed on does not count.</summary>
    public static bool IsFromThisMachine(this HttpContext context)
        => context.Connection.RemoteIpAddress is { } address && System.Net.IPAddress.IsLoopback(address)
        && !Array.Exists(MarksOfProxies, context.Request.Headers.ContainsKey);
}
