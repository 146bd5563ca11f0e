using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Vantage.Host.Certificates;
using Vantage.Host.Settings;
using Vantage.Host.Startup;

namespace Vantage.Host.Tests.Certificates;

public sealed class HttpsTests : IDisposable
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UtcNow;
    private static readonly HostNames Names = new(["localhost", "centre"], [IPAddress.Loopback, IPAddress.Parse("192.168.1.20")]);

    private readonly string _folder = Directory.CreateTempSubdirectory("vantage-https-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact(DisplayName = "A host without a certificate makes one: whoever trusts what /m/ca.crt gives reaches it by name and address, after a restart too, and the fingerprint says which it is")]
    public async Task Own_certificate()
    {
        string? fingerprint = null;
        for (var start = 0; start < 2; start++)
        {
            await using var host = await HostUnderTest.StartAsync(OnHttps, _folder);
            using var unsure = Unsure(out _);
            var given = await unsure.GetAsync($"https://127.0.0.1:{host.Address.Port}/m/ca.crt");
            Assert.Equal("application/x-x509-ca-cert", given.Content.Headers.ContentType!.MediaType);
            using var authority = X509CertificateLoader.LoadCertificate(await given.Content.ReadAsByteArrayAsync());
            var said = given.Headers.GetValues("Vantage-Fingerprint").Single();
            Assert.Equal(authority.GetCertHashString(HashAlgorithmName.SHA256), said.Replace(":", "", StringComparison.Ordinal));
            Assert.Equal(fingerprint ??= said, said);

            using var phone = Trusting(authority);
            Assert.Equal(HttpStatusCode.OK, (await phone.GetAsync($"https://127.0.0.1:{host.Address.Port}/healthz")).StatusCode);
            Assert.Equal(HttpStatusCode.OK, (await phone.GetAsync($"https://localhost:{host.Address.Port}/healthz")).StatusCode);
            Assert.Equal("ready", await phone.GetStringAsync($"https://127.0.0.1:{host.Address.Port}/readyz"));
        }

        if (!OperatingSystem.IsWindows())
        {
            var keys = Directory.GetFiles(Path.Combine(_folder, "https"), "*.key");
            Assert.Equal(2, keys.Length);
            foreach (var key in keys)
            {
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(key));
            }
        }
    }

    [Fact(DisplayName = "The authority speaks for this host's names and private addresses alone: what it signs for another site, no browser takes")]
    public void Constrained()
    {
        var identity = OwnCertificates.Load(_folder, Names, Now);
        Assert.True(IsTaken(Leaf(identity.Authority!, builder => builder.AddDnsName("centre")), identity.Authority!));
        Assert.True(IsTaken(Leaf(identity.Authority!, builder => builder.AddIpAddress(IPAddress.Parse("10.1.2.3"))), identity.Authority!));
        Assert.False(IsTaken(Leaf(identity.Authority!, builder => builder.AddDnsName("bank.example.com")), identity.Authority!));
        Assert.False(IsTaken(Leaf(identity.Authority!, builder => builder.AddIpAddress(IPAddress.Parse("203.0.113.7"))), identity.Authority!));
        Assert.InRange((identity.Certificate.NotAfter - identity.Certificate.NotBefore).TotalDays, 700, 825); // iOS takes no longer ones.
    }

    [Fact(DisplayName = "An address of the same kind, or a certificate that runs out, costs the phones nothing; a name or address that the authority may not speak for makes a new one; what is damaged is made anew")]
    public void Renewed()
    {
        var first = OwnCertificates.Load(_folder, Names, Now);
        var same = OwnCertificates.Load(_folder, Names, Now);
        Assert.Equal((first.AuthorityFingerprint, first.Certificate.Thumbprint), (same.AuthorityFingerprint, same.Certificate.Thumbprint));

        var moved = OwnCertificates.Load(_folder, Names with { Addresses = [.. Names.Addresses, IPAddress.Parse("192.168.7.7")] }, Now);
        Assert.Equal(first.AuthorityFingerprint, moved.AuthorityFingerprint);
        Assert.NotEqual(first.Certificate.Thumbprint, moved.Certificate.Thumbprint);
        var later = OwnCertificates.Load(_folder, Names, Now.AddDays(715));
        Assert.Equal(first.AuthorityFingerprint, later.AuthorityFingerprint);
        Assert.True(later.Certificate.NotAfter > moved.Certificate.NotAfter.AddDays(600));

        var renamed = OwnCertificates.Load(_folder, Names with { Names = ["localhost", "other"] }, Now);
        Assert.NotEqual(first.AuthorityFingerprint, renamed.AuthorityFingerprint);
        var outside = OwnCertificates.Load(_folder, Names with { Addresses = [IPAddress.Parse("203.0.113.7")] }, Now);
        Assert.NotEqual(renamed.AuthorityFingerprint, outside.AuthorityFingerprint);
        File.WriteAllText(Path.Combine(_folder, "authority.key"), "damaged");
        var anew = OwnCertificates.Load(_folder, Names, Now);
        Assert.NotEqual(outside.AuthorityFingerprint, anew.AuthorityFingerprint);
        Assert.True(IsTaken(anew.Certificate, anew.Authority!));
    }

    [Theory(DisplayName = "A certificate that is supplied is served, from a PFX file with its password or from PEM, and phones have nothing to install")]
    [InlineData("pfx")]
    [InlineData("pem")]
    [InlineData("pem in one file")]
    public async Task Supplied(string form)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=supplied", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(Now.AddDays(-1), Now.AddDays(100));
        var (path, keyPath) = (Path.Combine(_folder, "site"), form == "pem" ? Path.Combine(_folder, "site.key") : null);
        if (form == "pfx")
        {
            await File.WriteAllBytesAsync(path, certificate.Export(X509ContentType.Pkcs12, "hush"));
        }
        else
        {
            await File.WriteAllTextAsync(path, certificate.ExportCertificatePem() + "\n" + (keyPath is null ? key.ExportPkcs8PrivateKeyPem() : ""));
            await File.WriteAllTextAsync(keyPath ?? path + ".unused", key.ExportPkcs8PrivateKeyPem());
        }

        await using var host = await HostUnderTest.StartAsync(settings => OnHttps(settings) with { HttpsCertificate = path, HttpsKey = keyPath, HttpsPassword = form == "pfx" ? "hush" : null });
        using var client = Unsure(out var shown);
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync($"https://127.0.0.1:{host.Address.Port}/m/ca.crt")).StatusCode);
        Assert.Equal([certificate.GetCertHashString()], shown.Distinct());
        Assert.False(Directory.Exists(Path.Combine(host.Folder, "https")));
    }

    [Fact(DisplayName = "A certificate that cannot be used ends the start with its file's name and what is taken")]
    public async Task Wrong_file()
    {
        var path = Path.Combine(_folder, "site.pem");
        await File.WriteAllTextAsync(path, "no certificate");
        var refused = await Assert.ThrowsAsync<StartRefusedException>(() => HostUnderTest.StartAsync(settings => OnHttps(settings) with { HttpsCertificate = path }));
        Assert.StartsWith(path, refused.Message, StringComparison.Ordinal);
        Assert.Contains("--https-key", refused.Message, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "Without https there is nothing to install, and no certificate is made")]
    public async Task No_https()
    {
        await using var host = await HostUnderTest.StartAsync(folder: _folder);
        using var client = host.Stranger();
        await (await client.GetAsync("/m/ca.crt")).ProblemAsync(HttpStatusCode.NotFound);
        Assert.False(Directory.Exists(Path.Combine(_folder, "https")));
    }

    [Fact(DisplayName = "The start tells phones where the page is, with a code, when others than this machine reach it; over http it says what is missing, over https what to install")]
    public void Invitation()
    {
        IReadOnlyList<IPAddress> here = [IPAddress.Parse("192.168.1.20"), IPAddress.Parse("10.0.0.5"), IPAddress.Parse("fd00::1")];
        IReadOnlyList<string> Said(HttpsIdentity? identity, params ListenAddress[] addresses)
            => [.. PhoneInvitation.Lines(new HostSettings { DataFolder = "", Addresses = addresses }, 5080, identity, here)];

        Assert.Empty(Said(null, ListenAddress.Default));
        var everywhere = new ListenAddress("*", null, 0, IsHttps: false);
        var plain = Said(null, everywhere);
        Assert.Equal("Phones, on the local network: http://192.168.1.20:5080/m/  http://10.0.0.5:5080/m/", plain[0]);
        Assert.Contains("https://*:5443", plain[1], StringComparison.Ordinal);

        var identity = OwnCertificates.Load(_folder, Names, Now);
        var safe = Said(identity, everywhere with { Port = 5080 }, everywhere with { Port = 5443, IsHttps = true });
        Assert.StartsWith("Phones, on the local network: https://192.168.1.20:5443/m/", safe[0], StringComparison.Ordinal);
        Assert.Contains("https://192.168.1.20:5443/m/install/", safe[1], StringComparison.Ordinal);
        Assert.Contains(identity.AuthorityFingerprint!, safe[2], StringComparison.Ordinal);
        Assert.True(safe.Skip(3).Count(line => line.Contains('█', StringComparison.Ordinal)) > 10);
        Assert.StartsWith("Phones, on the local network: https://10.0.0.5:5443/m/", Said(null, new ListenAddress("10.0.0.5", IPAddress.Parse("10.0.0.5"), 5443, IsHttps: true))[0], StringComparison.Ordinal);
    }

    private static HostSettings OnHttps(HostSettings settings) => settings with { Addresses = [new ListenAddress("127.0.0.1", IPAddress.Loopback, 0, IsHttps: true)] };

    /// <summary>A browser whose user looks at what is shown, and goes on.</summary>
    private static HttpClient Unsure(out ConcurrentQueue<string> shown)
    {
        var seen = shown = [];
        return new HttpClient(new SocketsHttpHandler
        {
            UseProxy = false,
            SslOptions =
            {
                RemoteCertificateValidationCallback = (_, given, _, _) =>
                {
                    seen.Enqueue(given!.GetCertHashString());
                    return given is not null;
                },
            },
        });
    }

    private static HttpClient Trusting(X509Certificate2 authority)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.Add(authority);
        return new HttpClient(new SocketsHttpHandler { UseProxy = false, SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = policy } });
    }

    private static X509Certificate2 Leaf(X509Certificate2 authority, Action<SubjectAlternativeNameBuilder> name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=leaf", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        name(names);
        request.CertificateExtensions.Add(names.Build());
        return request.Create(authority, Now.AddDays(-1), Now.AddDays(30), [1, 2, 3, 4]);
    }

    private static bool IsTaken(X509Certificate2 certificate, X509Certificate2 authority)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.CustomTrustStore.Add(authority);
        return chain.Build(certificate);
    }
}
