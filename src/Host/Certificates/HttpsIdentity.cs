using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Vantage.Host.Settings;
using Vantage.Host.Startup;

namespace Vantage.Host.Certificates;

/// <summary>What this host shows who it is with, over HTTPS.</summary>
/// <param name="Certificate">With its private key.</param>
/// <param name="Intermediates">Certificates between it and the one that browsers know.</param>
/// <param name="Authority">The certificate that phones must trust, when this host has made its own; null: they trust it already.</param>
internal sealed record HttpsIdentity(X509Certificate2 Certificate, X509Certificate2Collection Intermediates, X509Certificate2? Authority)
{
    /// <summary>Of <see cref="Authority"/>, as people compare it: SHA-256 in pairs of digits.</summary>
    public string? AuthorityFingerprint => Authority is null ? null : FingerprintOf(Authority);

    /// <summary>The certificate that the settings name, or this host's own; null when nothing is served over HTTPS.</summary>
    /// <exception cref="StartRefusedException">The file that the settings name is none, or has no key; the message says what to do.</exception>
    public static HttpsIdentity? Of(HostSettings settings, TimeProvider time)
    {
        if (!settings.Addresses.Any(address => address.IsHttps))
        {
            return null;
        }

        if (settings.HttpsCertificate is not { } path)
        {
            return OwnCertificates.Load(Path.Combine(settings.DataFolder, OwnCertificates.Folder), OwnCertificates.NamesOf(settings), time.GetUtcNow());
        }

        try
        {
            return Supplied(path, settings.HttpsKey, settings.HttpsPassword);
        }
        catch (Exception wrong) when (wrong is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new StartRefusedException(
                $"{path}: {wrong.Message.TrimEnd('.')}. --https-certificate takes a PFX file, its password in VANTAGE_HTTPS_PASSWORD, or a PEM file with --https-key.");
        }
    }

    private static HttpsIdentity Supplied(string path, string? keyPath, string? password)
    {
        if (X509Certificate2.GetCertContentType(path) == X509ContentType.Pkcs12)
        {
            var all = X509CertificateLoader.LoadPkcs12CollectionFromFile(path, password);
            var own = all.FirstOrDefault(certificate => certificate.HasPrivateKey) ?? throw new CryptographicException("It holds no private key.");
            all.Remove(own);
            return new HttpsIdentity(own, all, null);
        }

        // PEM: the certificate first, then those above it, as authorities hand them out.
        var chain = new X509Certificate2Collection();
        chain.ImportFromPemFile(path);
        if (chain.Count == 0)
        {
            throw new CryptographicException("It holds no certificate.");
        }

        chain.RemoveAt(0);
        return new HttpsIdentity(WithKey(path, keyPath, password), chain, null);
    }

    /// <summary>The certificate of a PEM file with its key, in the one form that every platform's TLS takes.</summary>
    internal static X509Certificate2 WithKey(string path, string? keyPath, string? password = null)
    {
        using var read = password is null ? X509Certificate2.CreateFromPemFile(path, keyPath) : X509Certificate2.CreateFromEncryptedPemFile(path, password, keyPath);
        return X509CertificateLoader.LoadPkcs12(read.Export(X509ContentType.Pkcs12), null);
    }

    private static string FingerprintOf(X509Certificate2 certificate)
        => string.Join(':', certificate.GetCertHash(HashAlgorithmName.SHA256).Select(digit => digit.ToString("X2", CultureInfo.InvariantCulture)));
}
