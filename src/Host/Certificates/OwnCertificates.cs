using System.Formats.Asn1;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Vantage.Host.Settings;

namespace Vantage.Host.Certificates;

/// <summary>
/// Certificates that this host makes for itself: an authority, once, which phones are told to trust; and under it one for the names and addresses that the host has now.
/// </summary>
/// <remarks>
/// Whoever has the authority's key could pose as any site to those phones. So it may speak for this host's names and for private addresses alone, which
/// browsers hold it to; and its file is for its owner only.
/// </remarks>
internal static class OwnCertificates
{
    /// <summary>In the data folder.</summary>
    public const string Folder = "https";

    private static readonly TimeSpan AuthorityLife = TimeSpan.FromDays(3650);

    /// <summary>iOS takes no certificate that lives for more than 825 days.</summary>
    private static readonly TimeSpan HostLife = TimeSpan.FromDays(730);

    private static readonly TimeSpan RenewBefore = TimeSpan.FromDays(30);

    /// <summary>Phones' clocks may be behind.</summary>
    private static readonly TimeSpan Behind = TimeSpan.FromDays(1);

    /// <summary>Networks that nobody reaches from outside: with their masks' lengths.</summary>
    private static readonly (string Network, int Bits)[] Private =
    [
        ("10.0.0.0", 8), ("100.64.0.0", 10), ("127.0.0.0", 8), ("169.254.0.0", 16), ("172.16.0.0", 12), ("192.168.0.0", 16), ("::1", 128), ("fc00::", 7), ("fe80::", 10),
    ];

    /// <summary>How this host is called: its name, localhost, and all addresses that it has or is told to listen on.</summary>
    public static HostNames NamesOf(HostSettings settings)
    {
        var name = Dns.GetHostName().ToLowerInvariant();
        var asked = settings.Addresses.Where(address => address.IsHttps && address.Address is null && address.Host is not ("*" or "+" or "[::]" or "0.0.0.0"))
            .Select(address => address.Host.ToLowerInvariant());
        string[] names = ["localhost", name, .. name.Contains('.', StringComparison.Ordinal) ? Array.Empty<string>() : [$"{name}.local"], .. asked];
        var listened = settings.Addresses.Select(address => address.Address).OfType<IPAddress>().Where(address => !address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any));
        IPAddress[] addresses = [IPAddress.Loopback, IPAddress.IPv6Loopback, .. LanAddresses.All(), .. listened];
        return new HostNames(
            [.. names.Where(each => Uri.CheckHostName(each) == UriHostNameType.Dns).Distinct(StringComparer.Ordinal)], [.. addresses.Distinct()]);
    }

    /// <summary>The certificates in a folder; what is missing, runs out, or does not speak for all names is made.</summary>
    public static HttpsIdentity Load(string folder, HostNames names, DateTimeOffset now)
    {
        CreatePrivate(folder);
        var (authorityFile, authorityKey) = (Path.Combine(folder, "authority.crt"), Path.Combine(folder, "authority.key"));
        var (hostFile, hostKey) = (Path.Combine(folder, "host.crt"), Path.Combine(folder, "host.key"));
        var authority = TryRead(authorityFile, authorityKey);
        var host = TryRead(hostFile, hostKey);
        if (authority is not null && host is not null && names.AreOf(host) && host.NotAfter.ToUniversalTime() > (now + RenewBefore).UtcDateTime && IsTrusted(host, authority, now))
        {
            return new HttpsIdentity(host, [], authority);
        }

        if (authority is null || authority.NotAfter.ToUniversalTime() < (now + HostLife).UtcDateTime || !IsTrusted(host = MakeHost(authority, names, now), authority, now))
        {
            authority = MakeAuthority(names, now);
            Write(authorityFile, authorityKey, authority);
            host = MakeHost(authority, names, now);
        }

        Write(hostFile, hostKey, host!);
        return new HttpsIdentity(HttpsIdentity.WithKey(hostFile, hostKey), [], authority);
    }

    private static X509Certificate2 MakeAuthority(HostNames names, DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN=Vantage {Dns.GetHostName()}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: true, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        request.CertificateExtensions.Add(new X509Extension("2.5.29.30", Constraints(names), critical: true));
        return request.CreateSelfSigned(now - Behind, now + AuthorityLife);
    }

    private static X509Certificate2 MakeHost(X509Certificate2 authority, HostNames names, DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={names.Names[^1]}", key, HashAlgorithmName.SHA256);
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (var name in names.Names)
        {
            alternatives.AddDnsName(name);
        }

        foreach (var address in names.Addresses)
        {
            alternatives.AddIpAddress(address);
        }

        request.CertificateExtensions.Add(alternatives.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], critical: false)); // A server's.
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(authority, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        using var made = request.Create(authority, now - Behind, now + HostLife, RandomNumberGenerator.GetBytes(16));
        return made.CopyWithPrivateKey(key);
    }

    /// <summary>RFC 5280, 4.2.1.10: the names and networks that certificates under the authority may be for.</summary>
    private static byte[] Constraints(HostNames names)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        var outside = names.Addresses.Where(address => !Private.Any(network => new IPNetwork(IPAddress.Parse(network.Network), network.Bits).Contains(address)))
            .Select(address => (address.ToString(), address.GetAddressBytes().Length * 8));
        using (writer.PushSequence())
        using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
        {
            foreach (var name in names.Names)
            {
                using (writer.PushSequence())
                {
                    writer.WriteCharacterString(UniversalTagNumber.IA5String, name, new Asn1Tag(TagClass.ContextSpecific, 2));
                }
            }

            foreach (var (network, bits) in Private.Concat(outside))
            {
                using (writer.PushSequence())
                {
                    writer.WriteOctetString(WithMask(IPAddress.Parse(network).GetAddressBytes(), bits), new Asn1Tag(TagClass.ContextSpecific, 7));
                }
            }
        }

        return writer.Encode();
    }

    private static byte[] WithMask(byte[] network, int bits)
        => [.. network, .. network.Select((_, i) => (byte)(0xFF << (8 - Math.Clamp(bits - (i * 8), 0, 8))))];

    /// <summary>Whether a browser that trusts the authority alone would take the certificate.</summary>
    private static bool IsTrusted(X509Certificate2 host, X509Certificate2 authority, DateTimeOffset now)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.VerificationTime = now.LocalDateTime;
        chain.ChainPolicy.VerificationTimeIgnored = false;
        return chain.Build(host);
    }

    private static X509Certificate2? TryRead(string path, string keyPath)
    {
        try
        {
            return File.Exists(path) && File.Exists(keyPath) ? HttpsIdentity.WithKey(path, keyPath) : null;
        }
        catch (CryptographicException)
        {
            return null; // Damaged, or the two are not of one pair: made anew.
        }
    }

    /// <summary>The key first: a certificate without its key is made anew, and so is one whose key is another's.</summary>
    private static void Write(string path, string keyPath, X509Certificate2 certificate)
    {
        using var key = certificate.GetECDsaPrivateKey()!;
        Write(keyPath, key.ExportPkcs8PrivateKeyPem(), isSecret: true);
        Write(path, certificate.ExportCertificatePem(), isSecret: false);
    }

    private static void Write(string path, string pem, bool isSecret)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            File.Delete(path); // The mode is that of a new file alone.
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | (isSecret ? 0 : UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        }

        using var file = new FileStream(path, options);
        file.Write(Encoding.ASCII.GetBytes(pem));
        file.Flush(flushToDisk: true);
    }

    private static void CreatePrivate(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}

/// <summary>What a host is called, and where it is.</summary>
internal sealed record HostNames(IReadOnlyList<string> Names, IReadOnlyList<IPAddress> Addresses)
{
    /// <summary>Whether a certificate speaks for all of them.</summary>
    public bool AreOf(X509Certificate2 certificate)
        => certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault() is { } spoken
            && !Names.Except(spoken.EnumerateDnsNames(), StringComparer.Ordinal).Any() && !Addresses.Except(spoken.EnumerateIPAddresses()).Any();
}
