using System.Security.Cryptography.X509Certificates;
using Vantage.Host.Access;
using Vantage.Host.Web;

namespace Vantage.Host.Certificates;

/// <summary><c>/m/ca.crt</c>: the certificate that phones are to trust, where this host has made its own.</summary>
internal static class AuthorityEndpoint
{
    public const string FingerprintHeader = "Vantage-Fingerprint";

    public static void MapAuthority(this IEndpointRouteBuilder app)
        => app.MapGet("/m/ca.crt", Get).IsOpen("A certificate is public, and phones need it before anybody can sign in.").WithTags("Officer")
            .WithSummary("The certificate to be trusted by phones; 404 when the host has one that they trust already.");

    private static IResult Get(HttpContext context, HttpsHolder https)
    {
        if (https.Identity is not { Authority: { } authority } identity)
        {
            return Problems.Unknown("certificate", "/m/ca.crt");
        }

        context.Response.Headers[FingerprintHeader] = identity.AuthorityFingerprint;
        return TypedResults.Bytes(authority.Export(X509ContentType.Cert), "application/x-x509-ca-cert"); // As no attachment: iPhones offer to install it.
    }
}

/// <summary>Holds the <see cref="HttpsIdentity"/>, which there may be none of.</summary>
internal sealed record HttpsHolder(HttpsIdentity? Identity);
