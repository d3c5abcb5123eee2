import Foundation

/// Files with pictures, and what Pillow makes of them. `pictures.py` wrote this.
public enum PictureFiles {
  /// A file and its pixels, [height, width, channels], all in base 64.
  public struct Sample: Sendable, CustomStringConvertible {
    /// The kind of file, a comma, and what it is an example of.
    public let name: String
    /// Rows and columns.
    public let height, width: Int
    /// The file.
    public let file: String
    /// The pixels in colour, where the file has colour.
    public let color: String?
    /// The pixels in grey.
    public let grey: String

    /// The name.
    public var description: String { name }
  }

  /// The bytes of a text in base 64.
  public static func bytes(_ text: String) -> [UInt8] { Array(Data(base64Encoded: text) ?? Data()) }

  /// One of the files.
  public static func sample(_ name: String) -> Sample? { all.first { $0.name == name } }

  /// A file of each kind.
  public static let all = [
    Sample(
      name: "JPEG, grey", height: 11, width: 18,
      file: """
        /9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAgGBgcGBQgHBwcJCQgKDBQNDAsLDBkSEw8UHRofHh0aHBwgJC4nICIsIxwcKDcpLDAxNDQ0Hyc5\
        PTgyPC4zNDL/wAALCAALABIBAREA/8QAFgABAQEAAAAAAAAAAAAAAAAABgcF/8QAJBAAAQMDAwQDAAAAAAAAAAAAAgEDBAAFEQYSExQVIjEy\
        QVL/2gAIAQEAAD8AS3fo71YNzO3mQfqgOmpsuHelizN3EpYTPqqsNntRih4DyTNTHTEl7uKtchbM/GkOookdpBdBoRc/SVnBcJaAKI+fqv/Z
        """,
      color: nil,
      grey: """
        tr68qZN+aFZcYnCDkpqeoJGJwMvNvaWMb1hRT1Rkeo6gq6ijwNDa0budeVxFOzlIZIKfs8C+scbZ2MirhGRCNC08WXmascrNornQ1s21kHFK\
        NikzTGuQrMzVlKrAysi5nIFcQi0vQFuEp8jVf5Kns7m2pI9yWUM/RFR3mbjJaXuPnquwppeEblxWUlVtiqa5XGBtgpOepauWi3lnXWBsd5mi\
        V1VaaXuLmqapo5eGd29vcoGKVU1KUmR6kqS3trCjkH5ybG11
        """),
    Sample(
      name: "JPEG, 4:4:4", height: 11, width: 18,
      file: """
        /9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAgGBgcGBQgHBwcJCQgKDBQNDAsLDBkSEw8UHRofHh0aHBwgJC4nICIsIxwcKDcpLDAxNDQ0Hyc5\
        PTgyPC4zNDL/2wBDAQkJCQwLDBgNDRgyIRwhMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjL/wAAR\
        CAALABIDAREAAhEBAxEB/8QAFgABAQEAAAAAAAAAAAAAAAAABgcF/8QAJBAAAQMDAwQDAAAAAAAAAAAAAgEDBAAFEQYSExQVIjEyQVL/xAAY\
        AQADAQEAAAAAAAAAAAAAAAADBQYEAv/EACcRAAEDAwIEBwAAAAAAAAAAAAEAAgQDERMFIgYSMUEUFSEyM1Fx/9oADAMBAAIRAxEAPwBLd+jv\
        Vg3M7eZB+q40zJHr7uiJKnnRTi7IDpqbLh3pYszdxKWEz6ql1SMJNLI3slb9P82OZiqw2e1GKHgPJM1HkVwbLe2G9oDfpTHTEl7uKtchbM/G\
        rfBT8I19vUpbxjvfdyQ6iiR2kF0GhFz9JQoTi7aeif8ABfw2WcFwloAoj5+q0GPSv7U6qNHOf1f/2Q==
        """,
      color: """
        e998ntmJx7+R3pKU5mee3USuxii6sBW7hy/TcUPXVGvVOpzBLMSdJ9mBLN97NN2AWbCGapqAleKEteKP1dOY566a54Sh2V2xvji7pR27eCXL\
        XjDHO0y+JHepHaWPJcd+N9uCReWLc8iRhLeOstOEyuCO4eSX59GY362iyoKyqlO7jjC8Yh7DRh25JS2qFlKaG4KLLK2ESM+MXOSYkt+ZotSX\
        xbJ61cuE4eOP3OOTy86fsaewj3S7cky5TSS+NRuwHh6iHDqcK2SZQpCUX7iYddOequSaueGb149537CE3taOzOiUsuOhlcaxcZe7VHK4OD29\
        JSipGhqcJCafO0OlWWqie5ejlLmnwdqgzuKn5W6B5ZKM1r2Uu9uamuamedu1VLu6OZu2KGO9G0OlGSKZLhmiTSSubUKumHKvuZuz1cav39a5\
        40yD3G2NxpuVosCcgNqnYOK2P9O5JL6yIYzAHWisKD2mSSO2aBnChia9rk+1znm02qe45L3C1i57zk+Es3yPj6eXbcumT+C1MN+4F9OyIKrG\
        JYW3PVq4ZDfOgx/ZmhvKtzm31lyv1Iu23aXCyR56sy+FkVGdcYC5UKvIM8vMIeHKG+/JI8m9NazAVXzHeEzImynHvR3F1yTG5y7J7WbE13/J\
        vRx8oiOKfDujV2K8OY3LJbLOHNDNG+TRNtzQTcXWcZ3cl23dtUXXyi7Q2ibN4ifM10jIwmDPsB6BkB2UZiezQETMJW7VGZrUG8HXI9vdRene\
        YNniirnnso7ozGHi2T7a3ifX3h7VxyvUsEPa
        """,
      grey: """
        tr68qZN+aFZcYnCDkpqeoJGJwMvNvaWMb1hRT1Rkeo6gq6ijwNDa0budeVxFOzlIZIKfs8C+scbZ2MirhGRCNC08WXmascrNornQ1s21kHFK\
        NikzTGuQrMzVlKrAysi5nIFcQi0vQFuEp8jVf5Kns7m2pI9yWUM/RFR3mbjJaXuPnquwppeEblxWUlVtiqa5XGBtgpOepauWi3lnXWBsd5mi\
        V1VaaXuLmqapo5eGd29vcoGKVU1KUmR6kqS3trCjkH5ybG11
        """),
    Sample(
      name: "JPEG, 4:2:2", height: 11, width: 18,
      file: """
        /9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAgGBgcGBQgHBwcJCQgKDBQNDAsLDBkSEw8UHRofHh0aHBwgJC4nICIsIxwcKDcpLDAxNDQ0Hyc5\
        PTgyPC4zNDL/2wBDAQkJCQwLDBgNDRgyIRwhMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjL/wAAR\
        CAALABIDASEAAhEBAxEB/8QAFwAAAwEAAAAAAAAAAAAAAAAAAAYHBf/EACQQAAEDAwMEAwAAAAAAAAAAAAIAAQQDBREGEhMUFSIxMkFS/8QA\
        FwEAAwEAAAAAAAAAAAAAAAAAAwUGAv/EACERAAEEAQMFAAAAAAAAAAAAAAEAAgMEEQUGIRIUMUFS/9oADAMBAAIRAxEAPwBlu/R3qwbqO3mY\
        fpIOmpsuHenizN3E5YbPpMNOidJRkgd5CDcHdvOl+2KrDZ7UYseA8myhIMThFFR4GFMdMSa3cXpchbM/FMOookekw1QpCNT9MrXpDJWBvGQF\
        ihzuVxWcFwlsAs1c/SEY14vlVLmjJX//2Q==
        """,
      color: """
        lNJ/qtGOxr2cz5ie1m6jz0yquzCxmyG0gzTFaUrLUG/JRJfDOrmwL9GYKt+APNp9XLB8apt9pNuAvN6S1dGk37Cq3oas0mGxtz6ykyiydCq7\
        VTe5OU+yLXKpKpydL76SNduFUOGGdsiKhLiIstZ2yuCN4uCj6suv4qi0zYC2qlWyhTexWyWuPiSpIzGeHU+YJXuSNaaSSM6PZ+CRld6XotWS\
        uLxlzs9/5N+b5tms18S1vKC2knSwb0+wRS2nLiGlGyGZHzmYMGKVSIyZYbecf8+aq+KeuOKWxpto2LSA4dKb2tyrwtiyoMC1dZewVXOzMkSo\
        IiqmGBucJSacPUWYWmqdfJanmrelwdmnzeSg13d535SO2bqdxtOopOCtgNiwWbqxP5i2J2exHkCuHB+iLhqgSimcbEWilnG0uJu508a23diy\
        3kyK3GuWyZicqbyggNqkX+SrPNawK7m6IozAJV/ALza6RyS2YSCufy2tqVC6x3rA16i84cC72CqJ0kqStXuUkaaXZtGZSOelK+OtIM26JqbN\
        MHrRR1DTYzjQeSjDkCS4sDy7yWC/0Yy426i7rDBsnzp+iFWkdXzEW6TPRMLQM9jINeDOK8LJO6fNT3/LZ1XBhzW9ryTH1SDf4C7c5mbT4XrJ\
        pieAkyuKdT2qXF7CQ4jJMazNKsvGMNrPQNXbU8Dfbp7ehnfUolLFvjbE2CfQ3SnQ0ErNzFvNoiGYiR+dYyi0RULDK27JIJjNIsDMMNbUTuPp\
        Z9Pth7nqo5fhu23QzUnD2y3E1yTGvjHNuj/Y
        """,
      grey: """
        tr68qZN+aFZcYnCDkpqeoJGJwMvNvaWMb1hRT1Rkeo6gq6ijwNDa0budeVxFOzlIZIKfs8C+scbZ2MirhGRCNC08WXmascrNornQ1s21kHFK\
        NikzTGuQrMzVlKrAysi5nIFcQi0vQFuEp8jVf5Kns7m2pI9yWUM/RFR3mbjJaXuPnquwppeEblxWUlVtiqa5XGBtgpOepauWi3lnXWBsd5mi\
        V1VaaXuLmqapo5eGd29vcoGKVU1KUmR6kqS3trCjkH5ybG11
        """),
    Sample(
      name: "JPEG, 4:2:0", height: 11, width: 18,
      file: """
        /9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAgGBgcGBQgHBwcJCQgKDBQNDAsLDBkSEw8UHRofHh0aHBwgJC4nICIsIxwcKDcpLDAxNDQ0Hyc5\
        PTgyPC4zNDL/2wBDAQkJCQwLDBgNDRgyIRwhMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjL/wAAR\
        CAALABIDASIAAhEBAxEB/8QAFgABAQEAAAAAAAAAAAAAAAAABgAE/8QAJBAAAQMDAwQDAAAAAAAAAAAAAgABBAMFEQYSExQVIjEyQVL/xAAW\
        AQEBAQAAAAAAAAAAAAAAAAAFAwT/xAAiEQABAwMDBQAAAAAAAAAAAAABAAIDBAURFBUhMTNRU2H/2gAMAwEAAhEDEQA/AEt36O9WDdR28zD9\
        IDpqbLh3p4szdxOWGz6WjTEmt3F6XIWzPxSHUUSPSYaoUhGp+mTdNRiGLSvOQ7kfFIDW3R1tk7Q6Dwlo2e1GLHgPJsqQELhLYBZq5+lLHsT/\
        AGJc2uMcZX//2Q==
        """,
      color: """
        ht1sn9t7vcWJzJyQ2G2l1Ue3xSbLpRfNjivTcUfHV3CwSJqlPLyZMdGVKtuXPtSXX62Fbpl7oN55t+KJ09SY3bKf3oas1F+6uTjIlyLIeCbG\
        WTa2PFKbMHaPLZ6KML6ON9acUdqiesOYirSOvc2C09qU6N6g6syo36uvxoO2ole+fDi/Vya2OyapJDOOH1GCKXyEOaWOTMmha9momtinqc+c\
        zqx+4cOR79mg6dmm08issaewh3m2YVW3PDCwJySlGyOQIDuIM2OJSYyUY7Slgcuosd2sv9yi4Yl/7aeO78ub3d2hvt2klcipZ5+uR3m2KEex\
        Gy2rFx2ZJSiTPkaPWmuXe5anmraqwtes0eCl6myC74yP47aXytOcouOhe9ynUr6xOJu7IWe8GUC1GSCiKxyZRi2TZkqXj3epsaCy0Mix3Nms\
        4U2B32yLy5mSrLyYhNmgYuOtQNO5LbfEI4nJJF/FLTi2QiitWiegdzSeoVeuwH+106uz3sK0zTN8yFGJsnyTk6SebcqrUd+5NNrEJ8bMJ6TS\
        L3zOQVXGXD7AdS6yjCmqsD20yWC804u53Ka9tid/pTaDilePc4OkVK21PcjDMdfTN9vkNLvbRZ/bWnfTbVLFhja7oyy8wjDDyz7A1XHJ0oPF\
        piWJkSyKckOUWGWpPY69La7LJ8nYMtbiRNHlWrvldJrhinTZok/RuzbP0SrQ0y/MyU7KxWDKmCePfyePXjCcQEqsK2/CIpbTJbveNNHkU9/s\
        bNLpjLfqppTqvWnlzUPf2yjc1SLVvTLLt0LO
        """,
      grey: """
        tr68qZN+aFZcYnCDkpqeoJGJwMvNvaWMb1hRT1Rkeo6gq6ijwNDa0budeVxFOzlIZIKfs8C+scbZ2MirhGRCNC08WXmascrNornQ1s21kHFK\
        NikzTGuQrMzVlKrAysi5nIFcQi0vQFuEp8jVf5Kns7m2pI9yWUM/RFR3mbjJaXuPnquwppeEblxWUlVtiqa5XGBtgpOepauWi3lnXWBsd5mi\
        V1VaaXuLmqapo5eGd29vcoGKVU1KUmR6kqS3trCjkH5ybG11
        """),
    Sample(
      name: "JPEG, 4:4:0", height: 11, width: 18,
      file: """
        /9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAMCAgMCAgMDAwMEAwMEBQgFBQQEBQoHBwYIDAoMDAsKCwsNDhIQDQ4RDgsLEBYQERMUFRUVDA8X\
        GBYUGBIUFRT/2wBDAQMEBAUEBQkFBQkUDQsNFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBT/wAAR\
        CAALABIDARIAAhEBAxEB/8QAFgABAQEAAAAAAAAAAAAAAAAABwgF/8QAJBAAAQMEAQQDAQAAAAAAAAAAAQIDBAAFBxEGEyExQRIVImH/xAAW\
        AQEBAQAAAAAAAAAAAAAAAAAGBAX/xAAkEQAABAUEAwEAAAAAAAAAAAABAgMEAAUGESEHE1GBEhQiQv/aAAwDAQACEQMRAD8AZMimyZOxl1oB\
        b+wQ1v8APneqm7BN8nnlLkQynDGLhBbJ2NbpzKqOWk6ZZq3X+TZ8c8xlahz97Ra23IDbZOIycIcovPHMgqs986hglz4AL8AbpszLx22wUNTY\
        8NtmV2PVTsHdMXCTWp0dpwSxw/UXUPTbHUVL25wW6gZuEPLONuHSmUPFLG3Ehfr33qWo3ML0iO0kXF4AJAA3/KBG09WARAHI27h+ej2qBhRI\
        YbFwHWI//9k=
        """,
      color: """
        jdyJpdx3vsKF052T13GjzkeuxTCyuRjGiyffckXcWnLWPpe5KL6bIN2LKd5/P9V+ULeAdY9yoNqQuuKC0tOR4rWe4Iusz1+zuz+xpx+/dx7O\
        WTHGQFK+KnanIKOTIs2LNNqGUtuLbc+Sk62Gt8uO0eCF49+V6c+c3a6oxIKwpVuoiDOyXx+7PCGwJjKoHE+eHn6ULbCRSMyQa92YiOCSrMiO\
        yq2N4M2I6d2V5Nyb0MemsqSxjnqrak6ySy2xKyGmGiGjHTWhKl2cPY+aX7WYiNGkoeWaxtic2oqN6bKL5tCX1eGZutukmcO3c56xTXK5NkWs\
        HSyjGB6mJiKqOj+nUGmfd5WforqsuNuh2t6r4mmK6JSK27qXw9mbo+Wogde6Xbu6OZTBJ2OsFkKlHCasMhmyTCavZ0imjnKlupqyysap6dW6\
        3kp+3HGBxZqUpMOXhdylZt+8SNK7KbXCIou4GmSvKD20RiK6ZR64gzGxplGsy3S516iy8cPF1TF2y1OArXqZi6mhbM2uUNzCONzBIcrHJa3F\
        IoO6OVa8WzHBfiC/nyS7vDm52lTD24K47aXNyyp6rjV8kVejboOuUa26P83PLtvHJN7RKsTMN6jKUHrGck/HlDDGsSG/yyjD4DnO3mTH3oHS\
        vB94miGCeDmuVWC6Oo3DLLXVI9LLIuDWNtnYS8LYbJvTjnDSsEjTyCnM1R7O3yTT1UPMy2DUsSGAixiNZiPAQkbMJ3DPHJzbHMTPI93aRufi\
        ZNnjibriqpLgyWfg3T7g4SXc3SDeyivQt0jV
        """,
      grey: """
        u8C6rJV7a1xaZHaAjZudnpKEwMvLwKiKcVpNTlllepKfqauhvtHY0bubeltEOTxJZIWes725ssvY18aqhmJFMy46VXiYtsjMor7Q1cu1k29M\
        NSwzSWiNscrXkazAy8q6n35ZQDIyQVyApsTYfJOmtby3po1xVkQ+RVh1lrfRanyNn6yvqJeHbFlOTlpviaO/Y2FxgpOjpaWXinZnX15qfJSm\
        WFBZZ3qQnaaooZOEd2tpcH6NV0hJVGV9k6W2t7CikoBybm15
        """),
    Sample(
      name: "JPEG, 4:1:1", height: 11, width: 18,
      file: """
        /9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAMCAgMCAgMDAwMEAwMEBQgFBQQEBQoHBwYIDAoMDAsKCwsNDhIQDQ4RDgsLEBYQERMUFRUVDA8X\
        GBYUGBIUFRT/2wBDAQMEBAUEBQkFBQkUDQsNFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBT/wAAR\
        CAALABIDAUEAAhEBAxEB/8QAFwAAAwEAAAAAAAAAAAAAAAAAAAcIBv/EACQQAAEDBAEEAwEAAAAAAAAAAAECAwQABQcRBhMhMUESFSJh/8QA\
        FwEAAwEAAAAAAAAAAAAAAAAAAgQGB//EACcRAAEDAgILAQAAAAAAAAAAAAECAwQABRETBhIhMUJUYYKTscHR/9oADAMBAAIRAxEAPwByZFNk\
        ydjLrQC39ghrf5871UsYQ5ReeOZBVZ751DBLnwAX4A3Vys424dKZQ8UsbcSF+vfeiivLMoW+3uNb8spPao/tKiC7cpb05HCcnw4p+1GGCb5P\
        PKXIhlOGMXCC2Tsa3TWzLx22wUNTY8NtmV2PVTsHdZONzC9IjtJFxeACQAN/yit6Zhx3NdtaAQlWzpiBV5oYkKgTSebf9pr/2Q==
        """,
      color: """
        tMeQucyVs8aPpbiB7V/F00WrwzWbtCaMU0jKXVLUb2TmeW7wG8p/KdiNK9qPLNuQeqGCbJN0vcuQyNabyNabvcuQ8XvT0121ukScoy2FQj29\
        Qz6+TknJWlXVFLBxLMiJOdWWQ9+gk7ySibKIwseH1dqa3OGh1dqa6J7byH67p12aiD57Mze0KCypKy+sODy5FIxmNa2HTsagY9u1qM+YpMuU\
        wbV52s6S59uf5tqezr7bsqK/jn6balp3LTyzGyqhFiWcIjGoJGtnR46KZ66qhczIutiavtyevZ5y2bqO68yg8NGlrNjXlsLBdKCfUHx7L0a4\
        GC+hDyaYFi2fO0lwWmiPf420o7HYx9Se1OGruINx056M57Kg8r2riunVetnFX76qPp2JOVXDIDyqEi6cEi6cVyp9ckWYlmm8vI/iz8Sk49i4\
        rGZww32H1pCa5Z+pYenFXOTAS9OvMrqWT27aNFO/IkGtHDuneRyRjC+kqUzBym3i0K6l6si/n09qsWF8wnKN1ISfQ9+3RuK6P9uzLsqiZIXu\
        SWrTNlfAK0y1kxqlnyaxtDvGzlXgxZOc4a+4kEWIjkOGnlOWr2SnL72/P83PQc/RQc/RW6vOTp7BOoqtK3uetyC9th+8wivI1D3a0my/5H7R\
        gzSdeyyVhDWekkOsFqG4LLfOOcTbQs3kbLviZbTbV6bNSJe+0TXgxSnUwyfSyi7ZvU/MzF7bgS+4ciCpcyGqfiy1AYquGaLGL7jcQcrue8rr\
        fMvsdcTlZ7bX7U/82z3qzS/cySvYrzfXu0Pj
        """,
      grey: """
        u8C6rJV7a1xaZHaAjZudnpKEwMvLwKiKcVpNTlllepKfqauhvtHY0bubeltEOTxJZIWes725ssvY18aqhmJFMy46VXiYtsjMor7Q1cu1k29M\
        NSwzSWiNscrXkazAy8q6n35ZQDIyQVyApsTYfJOmtby3po1xVkQ+RVh1lrfRanyNn6yvqJeHbFlOTlpviaO/Y2FxgpOjpaWXinZnX15qfJSm\
        WFBZZ3qQnaaooZOEd2tpcH6NV0hJVGV9k6W2t7CikoBybm15
        """),
    Sample(
      name: "JPEG, 4:1:0", height: 11, width: 18,
      file: """
        /9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAgGBgcGBQgHBwcJCQgKDBQNDAsLDBkSEw8UHRofHh0aHBwgJC4nICIsIxwcKDcpLDAxNDQ0Hyc5\
        PTgyPC4zNDL/2wBDAQkJCQwLDBgNDRgyIRwhMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjL/wAAR\
        CAALABIDAUIAAhEBAxEB/8QAFwAAAwEAAAAAAAAAAAAAAAAAAAYHBf/EACQQAAEDAwMEAwAAAAAAAAAAAAIAAQQDBREGEhMUFSIxMkFS/8QA\
        FQEBAQAAAAAAAAAAAAAAAAAAAwX/xAAgEQACAQMEAwAAAAAAAAAAAAABAgMABDEFESFBcYGx/9oADAMBAAIRAxEAPwBlu/R3qwbqO3mYfpIO\
        mpsuHenizN3E5YbPpVYbPajFjwHk2UKY6Yk1u4vS5C2Z+KYdRRI9JhqhSEan6ZZwXCWwCzVz9IVWTSzKiIG2KceexT2lot0JJnyGK+lx9r//\
        2Q==
        """,
      color: """
        wbuBycOJx8GHtK50zm62uVmho0OLkTF5WEy8XlLCbGDQf3PjHM2ZJNWhKNmlKtungJ1/eJV3y8WL1tCW2NKYyMKI4IDIx2evqkqSkzN7TUGx\
        Sz+vUES0YFTEBLWBGMmVKtunNeayl7SWkq+R0cOG4dOW692g4tSX16fXuYm5lWWVeEh4ODazLiypLCqnOzm2FIh/MqadT8O6Y9fOv8mVvceT\
        wrR318mM6tyf6due5LTkx5fHoHCggFCANTOwJyWiIB6bLy2qCX10KZ2USr61YdXMydOfzNaiup520bWN6Myk7tKquNTioLzKe5elXHiGMUC/\
        HSyrEB+eGimoN0uGVmqle4/Kl6vm4cuc6tSlrJBowqZ+2LyU4saes8/dpMDOh6OxbIiWQ1LRKTi3FCOiFiWkKz96RlqVb4O+kqbh3ceY6tSl\
        nnB9sYOQxpil0qSxdtfOc9TLYcK5TK2kSXPVMFq8GkSmFkCiax+Zey+pnlLMwHTu5aOv9rTAiFpnmmx5roCNvY+caMnAbc7FY8S7VLWsW4Xn\
        RW/RM12/LVe5eS2nfDCqlEjCsWXf05Gd5qSwgD+ThEOXkVCkpmW5Nby2QMfBR87ITdTOYqTYV5nNRYe7M3WpriDAsSPDvS/PyDra127X4Hfg\
        ezqOeTiMfj2RjUygHaSeLbSuPMO9SM/Jdbfrb7HlY6XZUpTIyDrawDLSwDLSwzXVv1a/yF/Iey+zcyercCSoeCywAoqiGKC4MLjQQsrifM3e\
        e8zddcbXaLnK8kvx4Dnf1C3TzifNsjTgujzo
        """,
      grey: """
        tr68qZN+aFZcYnCDkpqeoJGJwMvNvaWMb1hRT1Rkeo6gq6ijwNDa0budeVxFOzlIZIKfs8C+scbZ2MirhGRCNC08WXmascrNornQ1s21kHFK\
        NikzTGuQrMzVlKrAysi5nIFcQi0vQFuEp8jVf5Kns7m2pI9yWUM/RFR3mbjJaXuPnquwppeEblxWUlVtiqa5XGBtgpOepauWi3lnXWBsd5mi\
        V1VaaXuLmqapo5eGd29vcoGKVU1KUmR6kqS3trCjkH5ybG11
        """),
    Sample(
      name: "JPEG, red, green and blue", height: 11, width: 18,
      file: """
        /9j/7gAOQWRvYmUAZAAAAAAA/9sAQwAIBgYHBgUIBwcHCQkICgwUDQwLCwwZEhMPFB0aHx4dGhwcICQuJyAiLCMcHCg3KSwwMTQ0NB8nOT04\
        MjwuMzQy/8AAEQgACwASA1IRAEcRAEIRAP/EABgAAAMBAQAAAAAAAAAAAAAAAAQGBwUA/8QALBAAAQMDAgQFBAMAAAAAAAAAAQIDBAAFEQYS\
        BxMhMSIjQVJhFBVRYpGx0f/aAAwDUgBHAEIAAD8AbNW3+LpeyGKwpKV7cdKY7tAgcQdMCSxtMlKM9O+aYLJnAIBOBnpUgsNql6uv/PdClN7s\
        9aQ9G6jl6QvirVcCoMFW3xdqLuEWRcXUqeztQMIR6JH+/NW5rRkJDKElKchIFVz6WxP+d5fmeL+etCfY/wBKi3ECU+/fCh11Sk7uxqVcI5kl\
        FzWwl5Qazjb6UwaZjMixsOcsb3MlR/OFECqhwyiR2rWHENJC9veiuMEOOzJQ+20lLuc7h3rY5LfsFbT0yQH3AHVY3H+6Vo92niM0BKcxsHr8\
        V3Jb9gr/2Q==
        """,
      color: """
        gOaCodqIwsGT1pmd4mil5D2t0CW5tR7EmCjFdUPXT27hNp7KI8maGOF3I+J4N9iIWLqAc4uAm96CuOGJ09eT37ec4omj21urvza2oSG/fB6/\
        XC/eOk7TKHiZHqZ8HcuPMN6USeN+b9KIiqqIuMuBzt+J4ueT5NKb3K6jyIStpFW3gzG+XhzMQiDCJi+oHFGNHX6HKqySR8+WZOOQjeWTp8uT\
        ya6A2c+J4+aT3tybzcalsamxinu6aE++SivJMyKiHiOQGzmhJV+lPIuTYLWRf9GjpuWcvdyc2IyA4LaK4NmT0t+audmjmciwcp24U3C4N0Wq\
        Jy6mHB2jISalNUGnU2emeZejl7ygvdqk0OOk5WiB5JWL2MOTwNqXoeWhft6uWrqzP5GwI2ejHUGwHh+zLxmpSienbUSvk3WxrqCq0sWt4N+t\
        5EWA222LxZ2UpsKYg9yjYOWzP9K4KrazG5C5HmO1Kza1RSO4Zx+2jCqzr0+1xne73KG458m42y19zU6KsnqUjqSbasqpSeK8LOHDGtO+H7DC\
        J4LDO1LAWji8fia+ox7DwjLB1lK63YHA5q/A1xx+ui+FlVORc4GbUa/QMtLLIuPAIOfLIc3JOanJVnrJdE/JmCrJvhjJ1yHJ3zXJ6mPJ0YfJ\
        vB+AnyaMejqrWly2PojaJ7TSH9LNI+DVM9rTTcDTbpzTjnXTr0zTzyrT4SHT5SjT2j/TwGLTpyGAiB+OYSXJQz3VK2jhHZjZHsHZJ9jdQubb\
        YNTbhrjbp5XbxWfb3jrb5yLb5R7bzifbs0jb
        """,
      grey: """
        vMC8rJN8aV5bY3KEkpmdn5aDv8vOwKeKbllMUFdkeZCiqaydvdDc0bqdeFpEPTpIYoKgtMG6scrc1cSsh2NGNi48VnSXs8rLob7T08m3k3BM\
        OiwzSWiPrsvWkKvEy8m8nHxaQzAwQFyFpcbae5Gotbu4o4xyWEE+Rld3lrXQanuOnKqwp5mHblhRUllthaTBX2JugJehpaiZi3hoXV5reZel\
        WVZaZnuNnKanoJWHeW9vdH6LVEtKUGR7k6S0sq2ikH1yb215
        """),
    Sample(
      name: "JPEG, progressive", height: 11, width: 18,
      file: """
        /9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAgGBgcGBQgHBwcJCQgKDBQNDAsLDBkSEw8UHRofHh0aHBwgJC4nICIsIxwcKDcpLDAxNDQ0Hyc5\
        PTgyPC4zNDL/2wBDAQkJCQwLDBgNDRgyIRwhMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjL/wgAR\
        CAALABIDASIAAhEBAxEB/8QAFgABAQEAAAAAAAAAAAAAAAAABQAD/8QAFgEBAQEAAAAAAAAAAAAAAAAABAID/9oADAMBAAIQAxAAAAFIDRFs\
        LQFiz//EABoQAAIDAQEAAAAAAAAAAAAAAAIDAAQTARL/2gAIAQEAAQUCb4cisZA7FUrF3SwI8mhT/8QAGhEAAgIDAAAAAAAAAAAAAAAAAAIB\
        BBQyM//aAAgBAwEBPwHtams2piqf/8QAHBEAAQMFAAAAAAAAAAAAAAAAAAECAxITFEFS/9oACAECAQE/AY4aG2l2YK9H/8QAGhAAAgIDAAAA\
        AAAAAAAAAAAAABEhMQIQEv/aAAgBAQAGPwKLOc60mNSWf//EABkQAAMBAQEAAAAAAAAAAAAAAAABIRFRMf/aAAgBAQABPyG3mSlqExbKe0Zw\
        zERdCxVn/9oADAMBAAIAAwAAABDv7//EABoRAQABBQAAAAAAAAAAAAAAAAEAESExQVH/2gAIAQMBAT8QDUODkQtWf//EABgRAAIDAAAAAAAA\
        AAAAAAAAAAERECFh/9oACAECAQE/EBNWLDI3/8QAGhAAAwADAQAAAAAAAAAAAAAAAAERITFBUf/aAAgBAQABPxDkhwPmRhXQjTipd3IS+OAq\
        paz/2Q==
        """,
      color: """
        ht1sn9t7vcWJzJyQ2G2l1Ue3xSbLpRfNjivTcUfHV3CwSJqlPLyZMdGVKtuXPtSXX62Fbpl7oN55t+KJ09SY3bKf3oas1F+6uTjIlyLIeCbG\
        WTa2PFKbMHaPLZ6KML6ON9acUdqiesOYirSOvc2C09qU6N6g6syo36uvxoO2ole+fDi/Vya2OyapJDOOH1GCKXyEOaWOTMmha9momtinqc+c\
        zqx+4cOR79mg6dmm08issaewh3m2YVW3PDCwJySlGyOQIDuIM2OJSYyUY7Slgcuosd2sv9yi4Yl/7aeO78ub3d2hvt2klcipZ5+uR3m2KEex\
        Gy2rFx2ZJSiTPkaPWmuXe5anmraqwtes0eCl6myC74yP47aXytOcouOhe9ynUr6xOJu7IWe8GUC1GSCiKxyZRi2TZkqXj3epsaCy0Mix3Nms\
        4U2B32yLy5mSrLyYhNmgYuOtQNO5LbfEI4nJJF/FLTi2QiitWiegdzSeoVeuwH+106uz3sK0zTN8yFGJsnyTk6SebcqrUd+5NNrEJ8bMJ6TS\
        L3zOQVXGXD7AdS6yjCmqsD20yWC804u53Ka9tid/pTaDilePc4OkVK21PcjDMdfTN9vkNLvbRZ/bWnfTbVLFhja7oyy8wjDDyz7A1XHJ0oPF\
        piWJkSyKckOUWGWpPY69La7LJ8nYMtbiRNHlWrvldJrhinTZok/RuzbP0SrQ0y/MyU7KxWDKmCePfyePXjCcQEqsK2/CIpbTJbveNNHkU9/s\
        bNLpjLfqppTqvWnlzUPf2yjc1SLVvTLLt0LO
        """,
      grey: """
        tr68qZN+aFZcYnCDkpqeoJGJwMvNvaWMb1hRT1Rkeo6gq6ijwNDa0budeVxFOzlIZIKfs8C+scbZ2MirhGRCNC08WXmascrNornQ1s21kHFK\
        NikzTGuQrMzVlKrAysi5nIFcQi0vQFuEp8jVf5Kns7m2pI9yWUM/RFR3mbjJaXuPnquwppeEblxWUlVtiqa5XGBtgpOepauWi3lnXWBsd5mi\
        V1VaaXuLmqapo5eGd29vcoGKVU1KUmR6kqS3trCjkH5ybG11
        """),
    Sample(
      name: "JPEG, restart markers", height: 11, width: 18,
      file: """
        /9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAgGBgcGBQgHBwcJCQgKDBQNDAsLDBkSEw8UHRofHh0aHBwgJC4nICIsIxwcKDcpLDAxNDQ0Hyc5\
        PTgyPC4zNDL/2wBDAQkJCQwLDBgNDRgyIRwhMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjL/wAAR\
        CAALABIDASIAAhEBAxEB/8QAFgABAQEAAAAAAAAAAAAAAAAABgAE/8QAJBAAAQMDAwQDAAAAAAAAAAAAAgABBAMFEQYSExQVIjEyQVL/xAAW\
        AQEBAQAAAAAAAAAAAAAAAAAFAwT/xAAiEQABAwMDBQAAAAAAAAAAAAABAAIDBAURFBUhMTNRU2H/3QAEAAH/2gAMAwEAAhEDEQA/AEt36O9W\
        DdR28zD9IDpqbLh3p4szdxOWGz6WjTEmt3F6XIWzPxSHUUSPSYaoUhGp+mTdNRiGLSvOQ7kfFIDW3R1tk7Q6Dwv/0Ho2e1GLHgPJsqQELhLY\
        BZq5+lLfsT/Ykja4xxlf/9k=
        """,
      color: """
        ht1sn9t7vcWJzJyQ2G2l1Ue3xSbLpRfNjivTcUfHV3CwSJqlPLyZMdGVKtuXPtSXX62Fbpl7oN55t+KJ09SY3bKf3oas1F+6uTjIlyLIeCbG\
        WTa2PFKbMHaPLZ6KML6ON9acUdqiesOYirSOvc2C09qU6N6g6syo36uvxoO2ole+fDi/Vya2OyapJDOOH1GCKXyEOaWOTMmha9momtinqc+c\
        zqx+4cOR79mg6dmm08issaewh3m2YVW3PDCwJySlGyOQIDuIM2OJSYyUY7Slgcuosd2sv9yi4Yl/7aeO78ub3d2hvt2klcipZ5+uR3m2KEex\
        Gy2rFx2ZJSiTPkaPWmuXe5anmraqwtes0eCl6myC74yP47aXytOcouOhe9ynUr6xOJu7IWe8GUC1GSCiKxyZRi2TZkqXj3epsaCy0Mix3Nms\
        4U2B32yLy5mSrLyYhNmgYuOtQNO5LbfEI4nJJF/FLTi2QiitWiegdzSeoVeuwH+106uz3sK0zTN8yFGJsnyTk6SebcqrUd+5NNrEJ8bMJ6TS\
        L3zOQVXGXD7AdS6yjCmqsD20yWC804u53Ka9tid/pTaDilePc4OkVK21PcjDMdfTN9vkNLvbRZ/bWnfTbVLFhja7oyy8wjDDyz7A1XHJ0oPF\
        piWJkSyKckOUWGWpPY69La7LJ8nYMtbiRNHlWrvldJrhinTZok/RuzbP0SrQ0y/MyU7KxWDKmCePfyePXjCcQEqsK2/CIpbTJbveNNHkU9/s\
        bNLpjLfqppTqvWnlzUPf2yjc1SLVvTLLt0LO
        """,
      grey: """
        tr68qZN+aFZcYnCDkpqeoJGJwMvNvaWMb1hRT1Rkeo6gq6ijwNDa0budeVxFOzlIZIKfs8C+scbZ2MirhGRCNC08WXmascrNornQ1s21kHFK\
        NikzTGuQrMzVlKrAysi5nIFcQi0vQFuEp8jVf5Kns7m2pI9yWUM/RFR3mbjJaXuPnquwppeEblxWUlVtiqa5XGBtgpOepauWi3lnXWBsd5mi\
        V1VaaXuLmqapo5eGd29vcoGKVU1KUmR6kqS3trCjkH5ybG11
        """),
    Sample(
      name: "JPEG, arithmetic", height: 11, width: 18,
      file: """
        /9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAgGBgcGBQgHBwcJCQgKDBQNDAsLDBkSEw8UHRofHh0aHBwgJC4nICIsIxwcKDcpLDAxNDQ0Hyc5\
        PTgyPC4zNDL/2wBDAQkJCQwLDBgNDRgyIRwhMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjL/yQAR\
        CAALABIDASIAAhEBAxEB/8wACgAQEAUBEBEF/9oADAMBAAIRAxEAPwDSW0v0WuFGNtY37sUncIPkB2ItrdNY6Kq/WofQEFpt1aYSiRTU0A2f\
        KHMUL9t9HfA0/L9DlOOwylm8QZ5jaDr08Uho6lQ8z8xyyeFphR8Vgo6WlDqDPdw6N6vKAT3J8gVXkN/He51hXK0jYp50k01pO6FRQP/Z
        """,
      color: """
        ht1sn9t7vcWJzJyQ2G2l1Ue3xSbLpRfNjivTcUfHV3CwSJqlPLyZMdGVKtuXPtSXX62Fbpl7oN55t+KJ09SY3bKf3oas1F+6uTjIlyLIeCbG\
        WTa2PFKbMHaPLZ6KML6ON9acUdqiesOYirSOvc2C09qU6N6g6syo36uvxoO2ole+fDi/Vya2OyapJDOOH1GCKXyEOaWOTMmha9momtinqc+c\
        zqx+4cOR79mg6dmm08issaewh3m2YVW3PDCwJySlGyOQIDuIM2OJSYyUY7Slgcuosd2sv9yi4Yl/7aeO78ub3d2hvt2klcipZ5+uR3m2KEex\
        Gy2rFx2ZJSiTPkaPWmuXe5anmraqwtes0eCl6myC74yP47aXytOcouOhe9ynUr6xOJu7IWe8GUC1GSCiKxyZRi2TZkqXj3epsaCy0Mix3Nms\
        4U2B32yLy5mSrLyYhNmgYuOtQNO5LbfEI4nJJF/FLTi2QiitWiegdzSeoVeuwH+106uz3sK0zTN8yFGJsnyTk6SebcqrUd+5NNrEJ8bMJ6TS\
        L3zOQVXGXD7AdS6yjCmqsD20yWC804u53Ka9tid/pTaDilePc4OkVK21PcjDMdfTN9vkNLvbRZ/bWnfTbVLFhja7oyy8wjDDyz7A1XHJ0oPF\
        piWJkSyKckOUWGWpPY69La7LJ8nYMtbiRNHlWrvldJrhinTZok/RuzbP0SrQ0y/MyU7KxWDKmCePfyePXjCcQEqsK2/CIpbTJbveNNHkU9/s\
        bNLpjLfqppTqvWnlzUPf2yjc1SLVvTLLt0LO
        """,
      grey: """
        tr68qZN+aFZcYnCDkpqeoJGJwMvNvaWMb1hRT1Rkeo6gq6ijwNDa0budeVxFOzlIZIKfs8C+scbZ2MirhGRCNC08WXmascrNornQ1s21kHFK\
        NikzTGuQrMzVlKrAysi5nIFcQi0vQFuEp8jVf5Kns7m2pI9yWUM/RFR3mbjJaXuPnquwppeEblxWUlVtiqa5XGBtgpOepauWi3lnXWBsd5mi\
        V1VaaXuLmqapo5eGd29vcoGKVU1KUmR6kqS3trCjkH5ybG11
        """),
    Sample(
      name: "JPEG, CMYK", height: 11, width: 18,
      file: """
        /9j/7gAOQWRvYmUAZAAAAAAA/9sAQwAIBgYHBgUIBwcHCQkICgwUDQwLCwwZEhMPFB0aHx4dGhwcICQuJyAiLCMcHCg3KSwwMTQ0NB8nOT04\
        MjwuMzQy/8AAFAgACwASBEMRAE0RAFkRAEsRAP/EABkAAAMBAQEAAAAAAAAAAAAAAAUGBwQAA//EAC0QAAEDAwIEBQMFAAAAAAAAAAECAwQA\
        BREGEgcTITEiI0FSYRQVYkJRkbHR/9oADgRDAE0AWQBLAAA/AFLSVglaovYlPpUpG7PWlu0z5/D7U5jP7hGUvHXtil694yQSBk460K+4/lVf\
        v11iaRsHIaKUubcdKfNZaciavsabrbwkvhO7w96yW+VHtzSks43LOVr9VH/PivGXekxGC4fEf0pB7moi7rOat5agpWCompH9VfWPJ8zy/D/H\
        Stf3z86U16ou5cURK2gk4SG04Hx1FWnh/FYYsYW00lKtvcVVeLkOMu2IfUyku4zu9aX9TSXjfH2+YdjeAkftlIJohzF+41L+JsuQ7dC2t1RR\
        u7Vl4PzJD0ZbDjqlNYxtPag/Oc95rJPJKepz0oKzDjlhslpOdo/qmmRaYBkukxW87z6fNdznPeaBnua//9k=
        """,
      color: """
        Pww+LxI7Hh82FDMxDkstDWEpF20jJXAdM2odQloTVkcPaDIbchw0cA9Caw5CZhQ9TyE8RDg9MBA8Ig44FRM0DyIvDjgsEU4oH2AjLWofP2wf\
        TWIQXVMVZ0Exaio+aRg0YRAyWQ4/TRg/Nic3IBc5Fg41DQsxDBQtECUpGTclKU0gOF0dS2kYWGgcZGAoZU4zZTo2YyczVxcxSA00KAkmEgsW\
        FyM2EBUyDAsuDg8rFRgmISUhMjgdQUscTlsXWmIpY2ExYVQoYUcoWzYyRSAwMREjEwYVCAQMEC80DR4wDRAsEw0qHRAmKhchOigdRzsdUEoi\
        WFUkXFslWVckVVAlRz8lLSMfGBAWCQUMBQMKCjsxCiktDxcqGA4oJAokMg0fQBseSysfWD0lWkwgWVkeUlsiRlQiMT8bGiETDA4NBwkNBQUN\
        CkQuDTUqFSQnIBYmLQ0iOgkcRhAaThscVyobVjscUk4dR1UbM0wZHjcUDyIOCRYLBAsJAgUHDEgsETwoGi0lJx8iMxIdPgoXSAoUTg8WSxoU\
        SSoURT0WOkUXJDwSEisMCiMKCCIOBhgMAwkHDUsqF0UoIzkkLiohORoPRA8RSQkVSQgRSBASQBwSNCkRJjAPGTMNDjMMCCsKBSEJAxcIBhAH\
        FEMmHUEiKDsZMTEWOiMLQBYNQw0PQgkNPgsNNhMNKx0NHiQMEyoKCy8KBiwJBCQHBRwGCRYGGD0jIT0fKzwPNDUMOikIPhwKPhEKOwsJNQcK\
        LgwKIhQKFhsJDSMIByoIBSsHBCcGBx8FChkF
        """,
      grey: """
        IR8hKjVCS1BRS0VAODIwMTI8HxkXHio3Rk9WUk9LPzMsKiwtHhUQFB8sPUtXW1tSRjotIxYOIhcPEhkjM0NPWVxTS0EtHQwGJhsSEhYeLDtH\
        UFVSTT4mEwcEKyAXFBUaJjNCS1JSSjcdDQkGMCggGxkaISo2QEpKPywaEQkEMy0mIh0bHiMoMTs8MCAZGBEHNTQwKiIfHhwhJiopJyMdFg8M\
        MjMxLiciHRoaHR8fHyAdFxMQLzEyMCokHhkVFhcXGRwcGRUS
        """),
    Sample(
      name: "JPEG, YCCK", height: 11, width: 18,
      file: """
        /9j/7gAOQWRvYmUAZAAAAAAC/9sAQwADAgIDAgIDAwMDBAMDBAUIBQUEBAUKBwcGCAwKDAwLCgsLDQ4SEA0OEQ4LCxAWEBETFBUVFQwPFxgW\
        FBgSFBUU/9sAQwEDBAQFBAUJBQUJFA0LDRQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQU/8AAFAgA\
        CwASBAERAAIRAQMRAQQRAP/EABcAAAMBAAAAAAAAAAAAAAAAAAYHCAX/xAAsEAABAgUCBAQHAAAAAAAAAAABAgMABAUHEQYxE0FRYRIUIXEV\
        FiIyU2Oh/8QAGAEAAwEBAAAAAAAAAAAAAAAABAYHCAX/xAArEQABAgQEAwkBAAAAAAAAAAABAgMABAURBiExQQcSFBMWIzI0UZGx4fD/2gAO\
        BAEAAhEDEQQAAD8ATNuRW7Y3NLM+HPh63cfVtjME4r6WrU4lojntAVHw8niMjrCLq1g0+TP1/wAip73aXo2o7fJrFD4Yng34yUbk4iH4Sqiq\
        NOGVc0JzJ3/th+w/MYl7hINOfNhpGnp617tfqLcs2A03kcR5SchCeuOZ6Dn29TEMu3J1jKurZC38NqKOfIkRpJK6csBVxnCk5XJd9ZdB8xv8\
        w85Ww2iG5ZpC6OX1pQAXVzLoUs43OFAZPYAdos++tDkBpZE2JVsTIbBDgGDnEZaE/NGsuMFw8gtYbaXh04HgMS/K3kIFPJs/jTCpszqKpTy3\
        pKYnHHpXbhK9RiDq62hsBxAsr3iScd/XBW943tIoS28QkBI8R294LJjR9FXMOqNOZJKiScHqY4yKlOBI8QxL5VauwRnsPqGY39ifYR//2Q==
        """,
      color: """
        QHNBU21EZF5JbUxScDVUcB9TaRNcXQxkSBVhOiNsKzp1GkljEWZLDXNAD209GmxBJ1tDOko/T3dDY3ZGcm1Md19UdklWcDFWZR5eVRJkPxBn\
        Mhh4HihrFERPDlNJEGtFGnZHKXxDOGtITV9JYnFGcnlKfXpQfHNXdWBZa0hbWjBjRxxoNA5yIg5qFx5bDitJEUhLGmFXJ3BHNnZMS3tQi6p4\
        cmJKfnNQgn5SfH5ZcHNcYV5iT0RrOypvKhdyGxJZERJREiFZFzRXI0tWOWtjSXtbjsWHp8aOgFNMiGtRhX9Ve4dbbINgWHVlRVxvMkFyHypi\
        FhliEg9lFRVaIShjMTtmQlNnfaSFnLSGtsuWi0FMi1xQg3ZWdoVdY4xiS4dmOHNsJ1pvFUFkESRtFhRsHhBuLBhmQSpsc1x9k4eUtamQxMWe\
        jyxPiUhUemNZa3lkVoprO5FsKIhwGnRyEVt2EzxvHiJ5LBd0PhF9biSEjkCJoV6YvYmZzLGskRtWhjZacVFgYGtrSYRzLpR1HJV8Eod+E3J8\
        HFaBKjR9OiF+XxyKghihnCeitkmgumufzZu6kRZdfSBVZztgTVpwNXd2Jo6FGJaOEZuGFIuGIm+AOVSKVjmVdR6amRGdsBqfviymx1GlvXS1\
        hhRZcBZbVyh3PEKOKGCSHX6XF5CYF56PJJyWNIaRUHCXbFSehzahox+kshqnuCCttzmwrVm+fhlcZBJmShmQMC6qHUylFm6hFoqfG5+cMKeg\
        RJeaY4idf2+fl02jsC6sthuythe5qyC3nT7D
        """,
      grey: """
        XmFdV0o9NS4tMjw+Sk9LT0lEZWtrZVhIOy8oKy03PUtVXVhXaHJ2cmVVQjIlHiMmOEtVXmibZHJ6eW9fTDcnHRkjL0BbaK22YHF8fnhrV0It\
        IBodLT1Qlai/WGl2fHtxYU04Jx8fJzhnjKrATl1pcndzaVlINisoK0VgeZq5RVJcaHBybmNXSjkzPUdYdImtQ0JMWWNub29nWlJMRkpWZn6R\
        Pjk/SVVkbXR3b2tkWlZYXmx+PzQ1PUhaaneDf395bWNbWVtq
        """),
    Sample(
      name: "PNG, grey", height: 5, width: 7,
      file: """
        iVBORw0KGgoAAAANSUhEUgAAAAcAAAAFCAAAAACs8akEAAAAM0lEQVR42gEoANf/Acfqv+MdKwYCAh4X6dLzJALe+hgS8+cAAyH+CgX8Ag0D\
        GPARIA728k93D/o6KUduAAAAAElFTkSuQmCC
        """,
      color: nil,
      grey: """
        x7FwU3CbocnPhzxCjsWnyZ9ONXXFdJynf1Zno1JnmKuOcHs=
        """),
    Sample(
      name: "PNG, grey of one bit", height: 5, width: 7,
      file: """
        iVBORw0KGgoAAAANSUhEUgAAAAcAAAAFAQAAAACh4ct1AAAAEklEQVR42mM4xcTD/J3Jg/k/AA5SAx8t2SSnAAAAAElFTkSuQmCC
        """,
      color: nil,
      grey: """
        //8AAP8A////AP8A//8A//8AAAD//wD/AP8A/wD/AP8A/wA=
        """),
    Sample(
      name: "PNG, grey and alpha", height: 5, width: 7,
      file: """
        iVBORw0KGgoAAAANSUhEUgAAAAcAAAAFCAQAAAAjkz5TAAAAVklEQVR42gFLALT/AccW6tW/s+OSHW8rTAYrAgIJHhoXK+k80k3zXyRwBN6A\
        IvgYoxK050Xn1gAjAyFJ/goKAQX5/HAC5w1fAxi88M4RxiC8DrX2rPIjdmofdLD8HyIAAAAASUVORK5CYII=
        """,
      color: nil,
      grey: """
        +rem36aj9/j+oKxQ3uHI39bpc+7mrMDQ2WG9tfrr9LC34qs=
        """),
    Sample(
      name: "PNG, grey of 16 bits", height: 5, width: 7,
      file: """
        iVBORw0KGgoAAAANSUhEUgAAAAcAAAAFEAAAAAD8YXVHAAAAR0lEQVR42gXBwQ2AIBREwZdYo6EDiZ5+O0Q7AeJWJCs24AzwuGqLwRpFVDeK\
        V43ItGAIm+YsR4Izurovkl/twc2MRdPi8KcfwlUogr6K+BcAAAAASUVORK5CYII=
        """,
      color: nil,
      grey: """
        AO67Zu5Vmbu7mVXvZ7zvAe+8Z/BXm729m1jxab7xBPK/a/M=
        """),
    Sample(
      name: "PNG, grey of 16 bits and alpha", height: 5, width: 7,
      file: """
        iVBORw0KGgoAAAANSUhEUgAAAAcAAAAFEAQAAABzA+IQAAAAnElEQVR42gGRAG7/AAAAHu/u8AVXu8DJn2Zwa8fvAOvPVXBJt5nAhX8Au/Cf\
        J7wAlq+Z8GwXVcAfX+9wsIdnAB+PvHBsdwDvwJc/APCf5/AAhm+88ErXZ8DtH/BwbUdXAMtPAJtwBze9wCD/vfAYp5wA7i9X8KGX8cAy32lw\
        ogcAvwDvD/JwGfcDwCK/8vAJZ8AAze9q8HBX88Dwn+KWSv9/8QveAAAAAElFTkSuQmCC
        """,
      color: nil,
      grey: """
        4P/Jv+/OytXX1Or07eP2Yffrcvl5/Pb5opb8oML+3f/MvvQ=
        """),
    Sample(
      name: "PNG, colour", height: 5, width: 7,
      file: """
        iVBORw0KGgoAAAANSUhEUgAAAAcAAAAFCAIAAAAG+GGPAAAAeUlEQVR42gFuAJH/Aa/fiDG9FueaGKz0G7de2v5T2EHoAwIn8AD6NwDPPwLN\
        +eX0u+0l0hY3HRMCDMAA2wj/xkn74DD3FdwVOLUUL+UUBOe3/scbCNI2DgRNATLmADfIABIcAAM2/ky9/jLjKREkIQlH8gow1Ar17AorYDAH\
        S2WaQwAAAABJRU5ErkJggg==
        """,
      color: """
        r9+I4Jyexza2cyrRKoirKNuDacOG1s+I2tOelnW4QCO2HkOYTa2ZoOCZ4o+ItdudXL6zIFOtMx+thWKtz8WtyUaGfKqlLuDBJKDCZTnCvCrC\
        4X7CmiGPSGPMHsrXRdbVnHnV3CXV0z3V
        """,
      grey: """
        x7FwU3CbocnPhzxCjsWnyZ9ONXXFdJynf1Zno1JnmKuOcHs=
        """),
    Sample(
      name: "PNG, interlaced", height: 5, width: 7,
      file: """
        iVBORw0KGgoAAAANSUhEUgAAAAcAAAAFCAIAAAFx/1EZAAAAf0lEQVR42gF0AIv/AK/fiAAqiKsAmiGPnHnVAMc2tmnDhgAeytfTPdUA4o+I\
        XL6zMx+tz8WtAOCcnnMq0SjbgwC1250gU62FYq0ASGPMRdbV3CXVANbPiNrTnpZ1uEAjth5DmE2tmaDgmQDJRoZ8qqUu4MEkoMJlOcK8KsLh\
        fsIoVDu6PjdsngAAAABJRU5ErkJggg==
        """,
      color: """
        r9+I4Jyexza2cyrRKoirKNuDacOG1s+I2tOelnW4QCO2HkOYTa2ZoOCZ4o+ItdudXL6zIFOtMx+thWKtz8WtyUaGfKqlLuDBJKDCZTnCvCrC\
        4X7CmiGPSGPMHsrXRdbVnHnV3CXV0z3V
        """,
      grey: """
        x7FwU3CbocnPhzxCjsWnyZ9ONXXFdJynf1Zno1JnmKuOcHs=
        """),
    Sample(
      name: "PNG, colour and alpha", height: 5, width: 7,
      file: """
        iVBORw0KGgoAAAANSUhEUgAAAAcAAAAFCAYAAACJmvbYAAAAnElEQVR42gGRAG7/Aa/fiBYxvRbV55oYs6z0G5K3Xtpv/lPYTEHoAysCJ/AA\
        Cfo3ABrPPwIrzfnlPPS77U0l0hZfNx0TcAQMwACA00z/+MZJ+6Pg3vq0FcwVRTi1ANYvGAAjBOe3/vnHGwgK0jYOGwRNASwy5gA9N8gAThIc\
        AF4E0dsJcMy5JxrwIAv4Jzb+1TfZALQgrADG8r8ANctIP0Tq0iTpAAAAAElFTkSuQmCC
        """,
      color: """
        +Pz14qSm3ILS5df2erXLOd6N8vr1+vnx/v79rJLHrqLgL1Ggy+fhze/J7bm10+rFuuPf4+n1cWTG8Ov16ubc35G3rMnGkO/evuPtb0bG4qPl\
        55jO/Pj75+r46Pr7UdnYwKnk+NP244Pk
        """,
      grey: """
        +rem36aj9/j+oK1Q3uHI39bpc+7mrcDR2WG9tvrr9bC34qs=
        """),
    Sample(
      name: "PNG, one colour transparent", height: 5, width: 7,
      file: """
        iVBORw0KGgoAAAANSUhEUgAAAAcAAAAFCAIAAAAG+GGPAAAABnRSTlMAIABTAK1p+mcpAAAAeUlEQVR42gFuAJH/Aa/fiDG9FueaGKz0G7de\
        2v5T2EHoAwIn8AD6NwDPPwLN+eX0u+0l0hY3HRMCDMAA2wj/xkn74DD3FdwVOLUUL+UUBOe3/scbCNI2DgRNATLmADfIABIcAAM2/ky9/jLj\
        KREkIQlH8gow1Ar17AorYDAHS2WaQwAAAABJRU5ErkJggg==
        """,
      color: """
        r9+I4Jyexza2cyrRKoirKNuDacOG1s+I2tOelnW4QCO2HkOYTa2ZoOCZ4o+ItdudXL6z////Mx+thWKtz8WtyUaGfKqlLuDBJKDCZTnCvCrC\
        4X7CmiGPSGPMHsrXRdbVnHnV3CXV0z3V
        """,
      grey: """
        x7FwU3CbocnPhzxCjsWnyZ//NXXFdJynf1Zno1JnmKuOcHs=
        """),
    Sample(
      name: "PNG, colour of 16 bits", height: 5, width: 7,
      file: """
        iVBORw0KGgoAAAANSUhEUgAAAAcAAAAFEAIAAABWaL3MAAAA4klEQVR42gHXACj/AAAAHu97vO7wBVdZnLvAyZ8VXGZwa8eu/O8A688mfFVw\
        Sbd73JnAhX+vHAC78J8nwDy8AJavrzyZ8GwXfBxVwB9fJtzvcLCHr3xnAB+PFfy8cGx3WlwA78CXP3ycAPCf53y88ACGb1q8vPBK1xacZ8Dt\
        H7Bc8HBtRyf8VwDLT318AJtwBzew3L3AIP/CHL3wGKexPJwA7i9+PFfwoZcpHPHAMt+x3GlwogcYfAC/AO8PXPzycBn3f1wDwCK/f5zy8Aln\
        XbzAAM3vGbxq8HBXs5zzwPCfK1x4cW1GlBmM9AAAAABJRU5ErkJggg==
        """,
      color: """
        AB977gVZu8kVZmuu7usmVUl7mYWuu5+/u5avmWx8VR8n77CvZx8WvGxa75d8AZ9874ZavEsXZ+yw8G0oV8t9mwewvSHBvRmxm+1+WKEp8TOx\
        aaEYvu5d8Rp/BCN/8gldv80aa3Cz8/Ar
        """,
      grey: """
        IFSwcdVSkKukezDDNIKubKBnvYyfR2JbyH16gc9mJFi0dto=
        """),
    Sample(
      name: "PNG, colour of 16 bits and alpha", height: 5, width: 7,
      file: """
        iVBORw0KGgoAAAANSUhEUgAAAAcAAAAFEAYAAADZCiqbAAABKElEQVR42gEdAeL+AAAAHu97vBZn7vAFV1mc67+7wMmfFVye92Zwa8eu/DAP\
        7wDrzyZ8nwdVcEm3e9zr35nAhX+vHBaXALvwnyfAPB8vvACWr688BaeZ8GwXfBzJ/1XAH18m3Gw373Cwh6987E9nAB+PFfxKR7xwbHdaXIYf\
        AO/Alz98nJ/XAPCf53y8l2/wAIZvWrxs57zwStcWnCA/Z8DtH7BcsXfwcG1HJ/wgj1cAy099fG2HAJtwBzew3JhfvcAg/8IcoRe98BinsTyH\
        r5wA7i9+PEwnV/Chlykc7n/xwDLfsdxut2lwogcYfMzPAL8A7w9c/AjH8nAZ939cIp8DwCK/f5waV/LwCWddvO/vwADN7xm8o2dq8HBXs5w0\
        v/PA8J8rXKP3B5+QKEbVIssAAAAASUVORK5CYII=
        """,
      color: """
        6ez07xlm1d5u4uPw9PN5YleF9vT49/P3/f39r4uYt6Ck8La107673LKo9b6tacax+My59+jilfLI/e3kt+nHw2vQ1nTY3IXW4frZY6c3+afd\
        h7RG/f75/eDu5eny8xhn1t9t4OHv9/V3
        """,
      grey: """
        7GLP5OVg9fX9l6fHxL3NqNfs0fHWkZ2o74bGmv3q6WLP4uc=
        """),
    Sample(
      name: "PNG, linear light", height: 5, width: 7,
      file: """
        iVBORw0KGgoAAAANSUhEUgAAAAcAAAAFEAIAAABWaL3MAAAABGdBTUEAAYagMeiWXwAAAOJJREFUeNoB1wAo/wAAAB7ve7zu8AVXWZy7wMmf\
        FVxmcGvHrvzvAOvPJnxVcEm3e9yZwIV/rxwAu/CfJ8A8vACWr688mfBsF3wcVcAfXybc73Cwh698ZwAfjxX8vHBsd1pcAO/Alz98nADwn+d8\
        vPAAhm9avLzwStcWnGfA7R+wXPBwbUcn/FcAy099fACbcAc3sNy9wCD/why98BinsTycAO4vfjxX8KGXKRzxwDLfsdxpcKIHGHwAvwDvD1z8\
        8nAZ939cA8Aiv3+c8vAJZ128wADN7xm8avBwV7Oc88DwnytceHFtRpQZjPQAAAAASUVORK5CYII=
        """,
      color: """
        AGK39yye3eVSqKzX9/Zsm5G3yr7X3s3g3sjXyqy3m2Js99fXqWJU3q2f+Mm4FM64+L6f3pJVqfbX+K1unOa4yzLY32Th31jYzPe5nc9v+HrY\
        qs9Y3/eh+Vq6JWe6+Tmi4Odaq6/Z+fhy
        """,
      grey: """
        TnbSsOeYxNTQtnThdrrVlMyi27zLc5eP47WqtuaUXX7Vs+k=
        """),
    Sample(
      name: "PNG, palette", height: 5, width: 7,
      file: """
        iVBORw0KGgoAAAANSUhEUgAAAAcAAAAFCAMAAAC+RAbqAAAAaVBMVEXa057Wz4i1253Pxa2v34ig4JngnJ7ij4h8qqVpw4ZF1tUu4MEo24Nc\
        vrMeytdNrZkkoMIqiKvhfsKcedWWdbjTPdXJRobHNra8KsLcJdWaIY+FYq1IY8xlOcIgU60eQ5hzKtFAI7YzH61l3bQ2AAAAMElEQVR42mNg\
        YRNXEOThZGBkEFGU52dlYGfilVOSZmYQ4+AWkJUQYpCS4eMSlhQFACrRAlQpgBvqAAAAAElFTkSuQmCC
        """,
      color: """
        r9+I4Jyexza2cyrRKoirKNuDacOG1s+I2tOelnW4QCO2HkOYTa2ZoOCZ4o+ItdudXL6zIFOtMx+thWKtz8WtyUaGfKqlLuDBJKDCZTnCvCrC\
        4X7CmiGPSGPMHsrXRdbVnHnV3CXV0z3V
        """,
      grey: """
        x7FwU3CbocnPhzxCjsWnyZ9ONXXFdJynf1Zno1JnmKuOcHs=
        """),
    Sample(
      name: "PNG, palette of four bits", height: 5, width: 7,
      file: """
        iVBORw0KGgoAAAANSUhEUgAAAAcAAAAFBAMAAAB7tOvrAAAAG1BMVEXN0Zyo4JGqppQ30ro0nK29Y7y+KrdKUbNNJLyWe6RoAAAAIklEQVR4\
        2mMWiud/z/TugyEDk+J9wQ9Mjn8ZA5hY/18QAABuxwj+ZQaPBwAAAABJRU5ErkJggg==
        """,
      color: """
        qOCRqqaUviq3TSS8NJytN9K6qOCRzdGczdGcvWO8TSS8SlGzNJytqOCRqqaUqOCRN9K6SlGzTSS8vWO8zdGcviq3qqaUN9K6NJytTSS8viq3\
        vWO8viq3SlGzN9K6N9K6vWO8viq3viq3
        """,
      grey: """
        xqVmQn+hxsrKiEJaf8alxqFaQojKZqWhf0JmiGZaoaGIZmY=
        """),
    Sample(
      name: "PNG, palette and alpha", height: 5, width: 7,
      file: """
        iVBORw0KGgoAAAANSUhEUgAAAAcAAAAFBAMAAAB7tOvrAAAAD1BMVEXB1piqppQ2vrW9SbpLQLeXxQ6HAAAAA3RSTlMAUP9tz3YHAAAAIklE\
        QVR42mNkNH73j+k/g8IDJoEPjAzMmj8E+ZmYGT4wAABqrgdfScTEFAAAAABJRU5ErkJggg==
        """,
      color: """
        ////5OPdvUm6S0C3Nr61Nr61Nr61////////vUm6S0C3S0C3Nr61////5OPd////Nr61S0C3S0C3vUm6////vUm65OPdNr61Nr61S0C3vUm6\
        vUm6vUm6S0C3Nr61Nr61vUm6vUm6vUm6
        """,
      grey: """
        /+N5UZSUlP//eVFRlP/j/5RRUXn/eeOUlFF5eXlRlJR5eXk=
        """),
  ]

  /// What the picture of the next files is when it is upright, for each orientation from 1 to 8.
  public static let upright = [
    """
    ieF7qdeOza2W5Heh30Wz0CCxyp6B3MWP4t+Sztyhn7y3epK22iZ9wk+KmYGPbrejRdy9KOC+
    """,
    """
    0CCx30Wz5Hehza2WqdeOieF7epK2n7y3ztyh4t+S3MWPyp6BKOC+Rdy9brejmYGPwk+K2iZ9
    """,
    """
    KOC+Rdy9brejmYGPwk+K2iZ9epK2n7y3ztyh4t+S3MWPyp6B0CCx30Wz5Hehza2WqdeOieF7
    """,
    """
    2iZ9wk+KmYGPbrejRdy9KOC+yp6B3MWP4t+Sztyhn7y3epK2ieF7qdeOza2W5Heh30Wz0CCx
    """,
    """
    ieF7yp6B2iZ9qdeO3MWPwk+Kza2W4t+SmYGP5Hehztyhbrej30Wzn7y3Rdy90CCxepK2KOC+
    """,
    """
    2iZ9yp6BieF7wk+K3MWPqdeOmYGP4t+Sza2Wbrejztyh5HehRdy9n7y330WzKOC+epK20CCx
    """,
    """
    KOC+epK20CCxRdy9n7y330Wzbrejztyh5HehmYGP4t+Sza2Wwk+K3MWPqdeO2iZ9yp6BieF7
    """,
    """
    0CCxepK2KOC+30Wzn7y3Rdy95Hehztyhbrejza2W4t+SmYGPqdeO3MWPwk+KieF7yp6B2iZ9
    """,
  ]

  /// A JPEG file, 3 rows of 6 columns, with orientation 6.
  public static let turned =
    """
    /9j/4AAQSkZJRgABAQAAAQABAAD/4QAiRXhpZgAATU0AKgAAAAgAAQESAAMAAAABAAYAAAAAAAD/2wBDAAIBAQEBAQIBAQECAgICAgQDAgIC\
    AgUEBAMEBgUGBgYFBgYGBwkIBgcJBwYGCAsICQoKCgoKBggLDAsKDAkKCgr/2wBDAQICAgICAgUDAwUKBwYHCgoKCgoKCgoKCgoKCgoKCgoK\
    CgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgr/wAARCAADAAYDAREAAhEBAxEB/8QAFAABAAAAAAAAAAAAAAAAAAAAB//EAB4QAAIC\
    AgIDAAAAAAAAAAAAAAEEAgMFBwAIEiGB/8QAFQEBAQAAAAAAAAAAAAAAAAAABgf/xAAhEQABAwMEAwAAAAAAAAAAAAABAgMEAAYRBQchkQgj\
    gf/aAAwDAQACEQMRAD8AXdcZdjsHrBB/cSaGcYUmBQxfjKK7APEj3OuETL6TxNbkNm3pLydOKmwccBSiOiSB8qc+V+4F6bOXqNJsqc5Ajc+t\
    o4T0c1//2Q==
    """

  /// The same without an orientation.
  public static let unturned =
    """
    /9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAIBAQEBAQIBAQECAgICAgQDAgICAgUEBAMEBgUGBgYFBgYGBwkIBgcJBwYGCAsICQoKCgoKBggL\
    DAsKDAkKCgr/2wBDAQICAgICAgUDAwUKBwYHCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgr/wAAR\
    CAADAAYDAREAAhEBAxEB/8QAFAABAAAAAAAAAAAAAAAAAAAAB//EAB4QAAICAgIDAAAAAAAAAAAAAAEEAgMFBwAIEiGB/8QAFQEBAQAAAAAA\
    AAAAAAAAAAAABgf/xAAhEQABAwMEAwAAAAAAAAAAAAABAgMEAAYRBQchkQgjgf/aAAwDAQACEQMRAD8AXdcZdjsHrBB/cSaGcYUmBQxfjKK7\
    APEj3OuETL6TxNbkNm3pLydOKmwccBSiOiSB8qc+V+4F6bOXqNJsqc5Ajc+to4T0c1//2Q==
    """

  /// The same as a PNG file, with orientation 6.
  public static let turnedPNG =
    """
    iVBORw0KGgoAAAANSUhEUgAAAAYAAAADCAIAAAA/Y+msAAAAGmVYSWZNTQAqAAAACAABARIAAwAAAAEABgAAAAAAANZnS2kAAABESURBVHja\
    ATkAxv8BgOSAK/ELI9cLE8oLAc0L7uAMBFS0AA8vAPw2AOcyANzhANTOAAQHjwDdJgDZNQDUNADYJBfjJABmzRRuRkcYUgAAAABJRU5ErkJg\
    gg==
    """

  /// What that is when it is upright.
  public static let uprightPNG =
    """
    2yeA1JiAgOSAwE2L48eLq9WLmYKW3+KWzqyWbbahyN6h4XahRdrDpL+s4kOsKOPDeI240CO4
    """

  /// A JPEG file, 64 rows of 96 columns.
  public static let photograph =
    """
    /9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAMCAgMCAgMDAwMEAwMEBQgFBQQEBQoHBwYIDAoMDAsKCwsNDhIQDQ4RDgsLEBYQERMUFRUVDA8X\
    GBYUGBIUFRT/2wBDAQMEBAUEBQkFBQkUDQsNFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBT/wAAR\
    CABAAGADASIAAhEBAxEB/8QAGwAAAwEBAQEBAAAAAAAAAAAABgcIBAUCAAP/xAAoEAABAgYCAwACAgMAAAAAAAACAAEDBAUGISIREhMxoTJB\
    YbEzUXH/xAAaAQADAQEBAQAAAAAAAAAAAAAFBwgGBAIB/8QAKBEAAQQCAQIFBQEAAAAAAAAAAQACAwQFEQYSIRMUMVFxIiMyYbFB/9oADAMB\
    AAIRAxEAPwCt5CRaKDYXqdoTGDv1Wi34oxAFEryoxIfpKFk7onrkxVQ03Dskvcdut1LVKO6qJ4++qp6v0pjAsJPXlR+GPVNbAXySASnRjM0I\
    GgEqaLilnguWOEDzs68A3zwmvedOeG54SbuEXhGSpLCOEzQil3PNljI2tcpcLwzbZE1NvPw9RE+T/pJmeq5SxuIvt/S/alVwmiM7lnn/AGi2\
    Xd0RGGv+R9T7fH7/AJ8qf+StFvZVL2/cTxXF3Pl3/bumPRZ9o4jnlTZa1e5INk6LSqvk6ZU9ZbEmMk6U0ZbFOfISAmtKyrRxbHK+mbeaKL6/\
    Fpt02jCKNJSmNGBscpbzdUDl0YSg+KUHS0WrVWIAymHIzYxIbZU+2ncDMIbJo0eusQDss/apOa/YCtnL47ygJARTVAGJDf8AaWN3SDGJ4R9E\
    qIxYftClwM0UCR3EF0TwlFezJqOI2pxvil/5MJAXnKPCc2ZsqqrzkO4nw2Ugb0oru8R+FRWDyDmMDWnugzOUdZ0XKdqxCIIhO/tYJWZKHEbK\
    MbipDiZaoSiSZQ4nrhM2BjZGIxHaF0I3tipuJhsnjZNV5eHlTpQzKHEFOGzJ5xIMrI5nHhzToL07j/mO+lVFmTrRBDKcFBFooCp5sap4h5T4\
    tOeYwDKnvNUSxx0F8j44YDvpU325cXj67JmUK6W4HdTPTq68Em244RpRbs69d/qKWMV19wFTXLoGtY7SpWUuFogNuvU3ONHB8pT0S5vKwu54\
    /wC+0Vy1aaMLbLxXwr2fcI0FC3LbDoZHALLcUs0YTwlHddD8nfVOaaJpgX/aFazSGjsWvK2eP3AQk7DlniXW1MVy22/YtEv6hQHA31VNV+1+\
    /bT4l7WLUdiLRNPH3R0gEp+cVt+OWgpQydPeEbY4R5bJvCMF5jW+8I/xWynyjwDbCKWemZirLB4xtiMEhOGy6l43DKe9n1luobKZLcnHgkOU\
    27WrnTpslRmcX4myAtLcwLWs3pSzFqTwD98LpUmul2YiLgW/n2h6oy5dyIsA31csqo8E+OeGZbrBccN2MWJh9P8Ag9/38f34Wf5NkmTMcGlP\
    GiXTx1bumBRLi8rDspmpNwuJtsmRbNw8uGyL5DBBo2Aou5ZWMrnEKhadPNHFuX5XTeSaOPr2gO2ar5WDKZdG4jiKW9uoa7kizRe2bekN1C3G\
    is+qD6xaPPbT4ntDpDRg/FYKha7GL6fFzV7pjdrae/D2uje3amKqWq4O+nxD0ejPAJ9VRFctThi0+Jd1y3vE5arbU7olAG1dHFJm+G3aX8q7\
    y5N/CKaPWfC47Lg1CVeAT4XNGfeAXvhGX0xYb6Jn3DG6Ff/Z
    """

  /// What that is when its shorter side is reduced to a length.
  public static let reduced: [(shorterSide: Int, pixels: String)] = [
    (
      48,
      """
      iOGBjOKClOKEm9+Fo9yHq9mIsdOLuM2NvsSPxruRyrWTz62V15+X2paa3I2c3oOf4Hih4W2j4mKm4lqo4FCp30ms3ECs2jmt1zKv0y2zzyiz\
      ySS4xR+6vxy9uBu/sRzCqR3EoiHInCTMlCfOiy7QhDTQfDrOc0PPak3UYVXZWV7hU2njS3TfRH7WQofaQJHPNp2iMKaNK62IJbaFI8CEH8iD\
      Hs6DH9SDHtiDHt2CHuCAH+KBI+KCJuODKeOCLOCBL96BM9uBONSAQM2ASMZ/Ub2AWLV/W7B+i+KCkeSEl+SFoOGGp9+IrtuKt9aNvdCPxMiR\
      y8CVz7qV1LKX2aaZ3Z2c3pOe4Ymg4n6j43Sl5Gmn42Gq4Veq4E6u3UWu2z2v2Day1DG1ziu1xya5wyG6vB69txy/rxzBph3DnR/GliLKjiXM\
      hirPfzDPeDbMcD/LZ0jRXVDYVFjdTWHgR23eQXjXPoHNOIq3LpSVKp2IJ6eGJLGFIbuDHsOCHcqDHdGDHtaEHtuEH9+DIeKCJOKDKOSEK+SE\
      MOGCNOCDOd6DP9iCRtKDTsuDWMOEXryDYbeBkeKCluSEneSGpuKHreGJtd6MvNmOw9ORys2U0caX1L+X2LeX3K2Z3qac35yd4pGg5Iaj5Hyl\
      5HKn42ip4V6r31Wt3Eyt2UOu1Tqy0DW2yi+2xCm4viS7tyC8sh29qhzAoRzClx7Fjx/HiCHJgCbNeSvMcjHJajjIYEDOV0jWT1DaSFndQmTc\
      O27QNni2MIGbKouMKJaIJqCHIqqFILSEHbuCHcSEHcuEHdKFH9aGIdyGI9+EJ+KEK+OELuOFNOOEOOKFPuCFRNuETNaFVM+GXciGZMGFZryE\
      mOGBneKCpOOFreOItOKKu9+LwdyOyNiSz9GV1suW2cWX3L6X3baY366a4KWb4Zqe44+h5YSk43ql4nCn3maq3Fys2VOt1Uqu0EGyyzq0xDS1\
      vy25uCi7siK8qh++pB3Bmh3DkB3EiR7HgiDJeiPLcyfLayzKYjHOWznRUkHSSkjZRVLdP1zTNWe2L3CcLHmNKIOKJo2JJJeIIKGGHquFHLSF\
      Hb6HH8aIH82HIdKII9eIJdyHKuCFLuKFM+OGOOSFPeOGQ+GGSt6GUtqIW9SIZM2Ia8iJbsSHn9+Bo+GDquOFs+SIuuSJwOKMxuCOzNyR09aU\
      2dGW3MuX3sWX372X4baZ4qyb46Oe5Jig5I2j4oSl4Hqo3G6q2mSs1lqt0lGuzUezyEC2wDq2ujK5syy7rSa9pSK+niDBlR7Dix3EhB7Hex/H\
      ciHIbCTMZSfPXSzSVjPUTjrUR0HUQEvMOFW4L16dLGeOKnCKJ3uLJYWMJI+LIJqIHqWIHq+JHbeIHr+JIceJIs6KJdSKJ9mILd2HMeGHN+KI\
      POOIQuSIR+OIT+GJV92JYNiIadKKcM2JcsqIpNyAqd+DsOKGuOOHvuSKw+OLyuKN0N+R1duU29aV3dGW38uW4cOX4ruZ4rKb46me45+g45Wj\
      4Yul34Kp2naq12ut02Gtzlivyk60xEe3uz+2tDe4rTC6piq9oCW+mSLBjx7ChB3EfB3GdR3HbB7HZiHNXyPTWCfUUS3WSzTVQzzJOkWxMk2Z\
      K1eNKmCMKGiNJHKMIn6MIYiNHpGJHJ2IHKeIHLCJH7iKIsGLI8mLJ9CMKdaKL9uJNN6JOuGLQOOKR+WKTeWKVeSLW+CKZNyLbteLdNOLds+J\
      qNh9rdyBtd+FvOGHw+SJyOWKzOSM0eKP1t+R2tuS3daU4NGV4sqZ5MKb5Lqc5bGf46eh4p2l35On3Iqq2H+s1HSv0GqvymCwxVazvk61tka1\
      rj63pza6oC+9mSm/kyXBiSDCfx7Gdh3HbhzIZR3KYB/NWiHRUiTVTCnWRi7MPDazND+ZLkeKKk+JKFeOJmCQIGuOHnWNHX+MG4qKG5WKHKCK\
      HaiLILGLI7qMJcGLKcuNLdGNMtaKONuLPt+NReKNS+SNUuaNWeWMYeONaeCMc9uMediMfdWMrtV+tNmCu92GweCHx+OKzOWLz+aN1OWQ2OKS\
      296T3tqT4NaV48+Z5Mic48Cd5Leg4q2i4KSk3Zun2ZKr1Iet0X2vzHKxx2ixwF2yuFW0sE20qUW2oTy6mjS9ki2+jCjBgiTCeSHFcR/IaR3J\
      YR3NWh7MVCDNTSPRRybKPiq3NzGfMDmRLECMKUiMJ0+QJViTIGSRHm6QHXiPHIKNHI2NHJiMIKGNI6uOJrSNKbyNLcWOMcyONtOOPNiPQtyQ\
      St+PUOOQV+WQXuSPZuOOb+KOed6OgNuOg9mOs9B/udSDwNmHxt2IzOGK0OSL0+aN1+aQ2+SR3uGT4N6T4tmV49OZ5M2b48ad476h4bWj3ayl\
      2aOn1Zqq0I+sy4Wvx3qwwnCxumWys12zqVOzoku2m0K6lDm8jDG+hSzBfCfCciTGayHIZB7KWxzLVB3LTh3IRiDEPiO0NiagMiyVLTKSKjmT\
      J0KRJUiSJFGUHluTHWaSHW+SG3qQHIWQHo6PIpmQJaKQKKyPLLSPMb2QNcWQOs6PQdORR9iTT9yTV+CTXeKSZOSRbeSRd+OQgOCQiN6Ri92R\
      uMuAvs+DxdWGzNmI0d6K1OKL1+SM2uWO3eWR4uKU49+U5NyW49eZ5NKc4syc4cSf37yj3LSk1qqm0aKpy5erxoyuwoKvvHmwtG6yrWa0o1y0\
      m1K2k0i6jUC9hjfAfjHCdSvDbCbGZCLIXSDIVR7ITx3KSBzEPx6vNyGeMiOULSaVKiuTJzOUJTqUI0GTIUmTHlOVHl2WHmaWHXGUH3yUIIaT\
      JJCTKJmTLaOSMK2SNbaUO76TP8eSRs2TTdOVV9iWX92WZeGVbOOUdeOUf+OTiOGTj9+Ukt6Uu8V/wcqCyNGFz9aI1NyK1+CL2uON3eSP4OSR\
      5eOT5+CV596W5NuY49ib4tGd4Mqg3sKi2ruk1LOmz6qpyJ+rxJWuvoqvuYCwsXa0qm22oGO1l1m4j0+7iEW+gjzBejbEcS/EaCrHXybIWCPJ\
      USDISx7DQhy1Oh2iMx+YLyGVLCWWKSmVJS+VIjaWIDyWH0OWHE2XHFWYHV+XHWmWH3SWIn6WJoiWKpGWMJuVM6aVObCXPriWQ8KTSsiUUs+X\
      W9WYY9qYa96Xc+GWe+KXheOWj+KXluGXmuCYv79/xcWCzMyG0dKI1tiK2d2L3eGN4OOP4uSR5uOU6OGV5uCW5N6Z4tub39Wc3c+f2sih1sGk\
      0bqmzLKqxqeswJyvupKvtIiwrX21pnS2m2m1k1+5ilW7g0u/e0LBdDvEajTEYS7GWSnHUyXGTSLDRR+zOxyjNRycMB6aLB+YKSKVJSWVIiqV\
      HzCWHjaXHT6YG0WYG06YHViYHmKYImyYJXWYKYCYLoqYMpSXN5+YPaiZQ7GYSLyVT8OWWMqYYNCZaNeZcNuZed6YgeGYiuKYlOKYnOOZn+Ob\
      x7d/y76D0MaG1M2H2NSJ3NmL4N2L4uGO5OOR5eOU5OSX4+OZ5OCa4d2c3tqe2dWg1M+h0cmjzcGnyLmqwq+su6Wwspuwq5KxpIa1nny2lHK2\
      jGi6hF69fFS/ckrBa0PEYzvFXDXGVC7GTSm+RCauPSOjNh6bMR2aLRyaKB2ZJiCZIyOaICaZHiuaHjCcHjabHD+ZHEeYH0+ZIliZJmOaKWya\
      LXabMoCbN4qaPZWZRJ+aSqmaULOZVruYX8SaZ8uab9KadteZf9uaid+bkeGbmeKZoOWapOaay7GA0LiE1MGH18iH29CI39aK4tqL5N6P5uGS\
      5OKV4uSY4uSZ4uGa39+c292e1tqg0dSizs6lycanxr6pv7Wst6ywrqOxppqyno60mIS2jnq2hnC6fma9dlzAbVLBZkvDXkLDVzvCUDPASS23\
      PymlOSWdNCCaLx6aKx2bJx2bIx6cISGcHiObHSicHyyeHjGcHTmaHkKaIUmbJFGbKFucK2WcMHCdNXqeOoSdQY6bSJmcT6KcVq2bXLWbZL6d\
      bMacdM2cfNObhtidj9ydl9+dn+GbpOSbqeabzqmA07GE17qH2cKI3cqJ4NCK49aM5dqQ5t6T5OCW4+KY4uOZ3+Oa3OKd2OCf092hztiiytKl\
      xsunwsOqurqts7OwqqqyoqKxmZezkY20iIO1gXi5eG28cGO+aFm/YVK/WUi+UUC8Sje4QjGvOyqjNiaeMSKcLR+cKR2cJRucIRycHx6dHCCc\
      GyScHSicHSydHTScHzudIkKdJUqdKlOeLV2dMmefN3KfPXyeRIacTJGeU5ueWqadYa6earegcb+fesiegs2ejdOfldifntygpd6eq+KdruSd\
      0qGA1qmF2rOJ3LuI38SK4sqL5NGN5taQ5tuT5d+V4+KZ4eSb3eSa2eSc1OKdz9+hytyixNekwNCmusqqtMGsrbmwpbKwm6qwkp+yi5azgYu0\
      eoG4cne7aWy9YGK8Wlm7UVC3SkezQj6vPDapNy6jMyqgLyWfKyKfKB+fIxydIBydHh2eHB+dGyKdHCWeHimfHy+gITWhJTyhKUOfLU2hMVWh\
      N1+hPGqiQnShSX6fUoigWZKgYZ2faKegcbCiebiig8Giisehk86hm9OhpNiirNyhsuCgtuOh1ZiA2aGE3quI37SJ4r2L48SL5cyM5tKO5diR\
      492U4eCX3uOZ2uSa1uWb0eSdy+Kgxd+iwNuju9amts+qrsirpsGwnrmvlbGwjKexhJ+ye5SzdIq4bH+6ZHW8XGq7VWK4TFeyRE6sPUWoOD2k\
      NDWkMC+jLCmiKCWiJSGhIR2gHxygHh2hHR2hHR+gHSKgHyWhISqiJDCjKDakLD2iMUakNU6jOlijQWGjSGyiT3ahV4CjXoqjZ5Sibp6id6il\
      gbGkibukkMKjmcmkoc+kqdWjsdqjuN6jvOGk2JGA3JmE4KOH4q2J47eK5L+K5MeL5M2M49SP4NmR3t6U2uGX1uKY0uObzeScx+OfwOGhu96k\
      ttqnsNSop82qn8aul8Cuj7ivha+wfqazdZu0bZG3Zoe6X326V3K4T2i0R12tP1SoOUyiNUShMDqkLDSmJy2jJCijISOjHx+iHR2jHhyjHRyi\
      HR2iHx+jISGjIiakJiulKjGlLjekND+kOEajP1GlRVqkTWSjVG2iXnikZIKka4ykc5alfKCmhaqljrSllbyknsSmpsulrtGktdeku9ykwN+l\
      2oh+3pGC4puF4qWH5K+I5LiI5MCL4siM4M+O3NaQ2duT19+V1OGX0OOby+SdxOSgvOKituCjsN2lqtmootOqmcyukMauib+wgLayeK60cKS1\
      aZq5YY+7Woa7UXm3SnCxQmWsPVynN1SjMUuhLEGmKDqoJDOlIiylICelHSOkHR+lHh2lHhylHhykIB6lIiCnJSOmKSemLCylMTKlODqlPUGl\
      RUumS1OlU1yjW2WkZXCla3qlcoSmeo6ng5mniaOmk62mm7alo76lqsams82mudOkv9mmw96o3YF94YmC5JSF5J6H5aiJ5LGJ47qL4cOM3suP\
      2dKQ1diS09yV0d+ZzuGcyOOfweOhuOOiseOkquCkpNynm9iqk9KtisytgsWvery0c7W1a6y1Y6G3W5a4VI23S4C0RnexPmyrOWOoM1qjLVKi\
      KEioJUGqITmnHzKnHSyoHSenHSOoHyCoIB2oIB2mIR2nIx6nKCGoLSSoMCmnNS6mPTWmQzunSkOnUUymWVWlYl2ma2iocXGneHyogIepiZGq\
      kJyomaaooLCmqLinr8GotsmnvM+mw9Wnx9qq33h84oCC5IuG5ZaH5qCJ5KmJ4rKL37uN28WO1syQ09OUz9eWzdyZyt6cw+CevOOis+SjrOSl\
      pOKlnN+nlNuqjNashNGufMqwc8K0bLu1ZLO0Xam1VJ60TZSzRomwQICuOXWrNGyqL2OmKVmlJU+qIUerHUCpHDipGzGpHCuqHCapHiOqIB6p\
      IR2oIx2pJRypKh6pMCGqNCWoOSmnQS+oSDSoUD2pV0SpX0yoZ1WocF+qdmiqf3Sphn6qj4irlpOqn52ppqeorbGqtLmqu8Kqwcqpx9Cpy9Ws\
      4HF+43mC5oOH5o2J5peK5aGL4qqN3rSO2r2Q1cWT0syVzdKYyNeZxNybvt+etuKireWjpeakneSlleKnjt6qhtqtfdWvdtCxa8mzZcO1Xbqz\
      VbGzTaexRZ6wP5OvOomtNH6sL3WrKmuqJWGqIlarH0+sG0aqGj6qGjarGy+rHCiqHySrIR+qIh6rJR6rKR2qLxysNB6sOSGqPySqRimqTS6r\
      VjatXj2sZkWsbU2sdletfmCthmurjnWsl4CtnYqsppSsrZ6rtKisu7GswbqtxsOszMqu0NCv4Gh943CC5XqG5YSI5I+K45iL4KON3ayO2LaS\
      07+Uz8aWysyYw9OXvtmZuNydsOCgp+Oin+Wjl+Wlj+Onh+GqgN6teNmvcdSyZs60X8i0V8CyULiySa+vQqeuO5yuNpOuMYiuLH6vJ3SvImmu\
      Il6vIFWvHUysG0SsHDutHTSuHy2uIiivJCOtJSGtKCCtLB6tNByvOR2vPh+tQyKtSyatUiuuXDKwYziva0Cvckive1Gwg1mwjGSulG2unHiv\
      o4Kuq42uspetuaCuwKquxbSvy7yv0cSx1cqy4GB942iB5HKF5H2I44iK4ZGK3puN2qWP1a+S0LiUzMCXx8aYv8+XuNWZstqcqt6eouGhmeOi\
      kuWliuSoguKseuCuctywatixYdOzWc2zUcWwS76wRLavPq6vN6OuMpquLY+vKYWyI3uxH3CxH2WxHlyxHFKvG0mvHUGvHjmxIDKxIy2xJSev\
      KCOuKyGuLx6vNxuxPRyxQR6wSB+vUCSwWCewYC2xZzOxbzqxd0KwgEuyiFKzkVuwmWavoXCxqXqwsYWvt4+vvpiwxKKwyqyxz7ax1b6z2MS1\
      41l95GCB42mE4nSH4X+K3oiL3JKN2JyO0qaRzLCUx7mYwsKZusqZtNCardado9uenN+glOKijOOlheSpfOOtc+Gvat+wYt2xWtizU9KzTMyy\
      RcWyPr2xOLWxM6uxL6KyKpexJo2zIoOzHnmyG2+xG2ayGluxG1GzHUezHz+1IDizIzKzJiyxKyexMCOyNB+xOx2xQByxRh2xTR6yVyGzXiOy\
      ZiiybS6ydTSxfjuxiEO0j0q1mFOyn1yxqGazsHGzuXyzvoaxw5GxyZqyzqSz0q6z2Le1272341F+41mC42OF4W2I33iK3IKL2ouN1ZWOz5+S\
      x6qUwrSXvbyZtcSar8ubqNGenteeldufjt+jh+KngOOqeOKtbuOwZOKxXd+xVdy0T9e1SNG0Qcq1OsO0Nbu0MLK0Lam0KZ60JZW2Iou1HoG0\
      G3e0G260HGO0HVi1IE63Ika3Ij61JTi0KTGzLyuzNSa1OSK0QCCzRR6zSx20Ux21XB+1YyC0ayW0cyu0ejCyhDazjT22lUS1nU20pVazrF+1\
      tGq0vXW1wn+0x4m0zJO00Z201ae22rG23re44Et/4VKC4FuF3WaH3HCJ2XmL1oOM0I2OypiRwqOSvayVt7SYsL2bqcSdosuemNGfj9egh9yi\
      gd+me+Gqc+KtaeOwYOOwWeGyUd+1S9q2RNS1Pc+3N8m3MsG2Lbi2KrC3Jqa2JJy5IJK4HYm3HH61HXW1HWq1IF62I1W4JUy4JkS2KT21LTa0\
      My61OSm2PiW1RCG1Sx+2UR63WB23YR23aB62cCK2eCe1gCyziDG0kji3mT+3oUe2qU+2sFi3uGO2v222xXe1yoG2z4y205a316C33Kq44LC5\
      30OA4UuE4FOH3F2I2WiL1XGM0XuNzIWOxZGQvpyTuKWWsq2aqraepL2gncWhk82iitSigtmkfN2ndOCqbOKuY+SyXOO0VOO2SuG3Q924Pdm4\
      OdS6M865Lse4KcC4Jre5I625IaS6Hpu6HJK5G4a1HX21HnG1IWa3JFy4JlO4KUu3LEO3MTu2ODO2Pi64Qym4SSO3USC4Vx65YB25aB26cR25\
      eCC4gCS3hye1jyu2mDK4oDi6qUC5r0i6tlG7vVu6xGW6yW63z3m404O4146525i44KK546m73z2C4EOF30yI2lWJ1l+K0WiLzXKNyH2OwIiQ\
      uZKRtJyVraWYpK+dnreflr+hjciig9Cje9SkdNqobd2sZeCxXeO2VuS4TuW6ROO6PuC6ONy7NNi9LtO8Ks27Jsa6I7+6IbW7H628HaS7HJu7\
      HZC5H4a4IHq3I3C6JmW7KVu7LFO7MUu6NkK4PDm6QzO7SC27Tye7ViO7XSC8Zh68bx29dxy8fx27hyG6jyS4lye5oCy7pzK9rzq8tUG9vEm9\
      wlK9yV27zmW603C613q62oW73o+74pm75qC93zaC3z2F3EWH106J1FiLz2GMyWqNw3SNvH+PtIqRrpSUp52Wn6eZmLCdkLmfhcKgfMqkc9Cm\
      bdarZtuwXt61V+K6UOS8SOW+QOW9OuO9NN+9MNu/K9e/JtK9I8y8IcW9H7y9HrO8HKu7G6O7Hpm7H4+7IIO6JHi9KG2+K2O+L1q+NFK9OUi7\
      QT+8SDi9TTG+VSu9Wye9YiO+ah++dB2+fBq+hRu+jR29lSC7nSO7pii+rS2/tDS+ujq+wUK/x0u+zVS+0V281We82nG83Hy834e845C955e+\
      3TGA3TaD2T2F00aG0E+Jy1mLxWOMvm2NuHeOroKQqY2TopaWmqCXkqmaibKdfruhdcSmbMuqZdKxYNi2Wdu6T96+SOHBQ+TCO+XAN+TAMuHA\
      LN7BJ9vBJNbAItG/IMu/HsO+Hbu+G7O9G6q8HaC9IJa+IYu+JoDAKnXBLWvAMmPAOFq/PU+/RkbATT7CUjbBWjDAYCy/Zye/cCLAeh/ChBzB\
      jRzAlBy+nB6+oyG+qyW/sinAui+/vzW/xTy/zES/0k2/1la+2WC/3Gm/3nO+4H695Ii+6I/A3S2B2zKD1jiFz0CHy0mJxlGLwFuMumSNsm+P\
      qXqRpISUnI2WlJiVjKOZg6ueeLOib72qZ8exYM64WtO8U9jAStvDQ9/GPeLEN+TCM+TCL+LEKuHEJd7EItrDINXCH9DBHsi/H8HAHbnAHbLA\
      H6jAIZ/CJJTCKYrELX/EMXTDNmvDPGHCQlbCS03CU0TEWD3DXzbBZjHBbCzAdibCgCLDih7CkhzCmhzBoh3BqR/AsSPBtybBvirAxDDAyjfA\
      0D7A1kbB2U/B3FjB32LC4GzB4na+5YDA6IjC2iiC2C2E0jKFyzmGxkKJwEqLu1ONtV2OrWeQpHKRnnuUloWWjZCWhpqbfqSic62oa7exY8C6\
      W8i/VM3DTdPGRNjHP9vHOd/GM+PEL+PELOLGJ+LHJOHHIN7GH9nEHtXEHs7CIMfDHsDCHrnDH6/BIabDJZzEK5HGMIbGNHzEOXPEQGnERl7D\
      UFTEV0zFXUPEZDvCazbCcjDCeynDhiXEkCDEmB3EoRzDpxzCrh3CtiDDuyPCwybCyCvBzTDC0zfB2T/D20fD3k/D4FnE4WPE4m3C5HfC537F\
      1iSB0yiCzS2ExzSGwTyKukOLtUuNrlSPpV6QnWmSlnKVj3yXhoeZfo+ed5mnbqWxZrC7XbjCVcDGT8fJSM3JQNTIPNnHN93GL+LGK+PGJ+PI\
      I+PJIeLJHuDIHd3GHdnFHdPFH8zEH8bFIL/FI7bFJa7FKaXFL5rHNJDHOIbHPXzGRXHFS2bEVVzFXFPFYkrFa0LEczzEeTXEgi3EjSfFliLG\
      nx/Fpx3FrRzEtBzDuh7DwB/DyCPEzSbE0SvE1zLD2zjF3T/G4EjH4VLH4lzH42XG5m/G6HbH0yKD0CSDyimFwjCHvTeKtT2LrkWNqU6QoFiR\
      l2KSkGuVinSYgX+ceoijc5Otap+5YqnCWLHIULjKSsHMRMjKPNDGOdbFM9rDLODFJ+LGJOPJIeXKHuTLHOLJHOHIHNzIHtfIINHIIMzJIsXI\
      Jb3HKbXGLazHM6LJOJjJPY7IQ4THSnrHUm/GWmTGYlvHaVLHc0jIe0HIgTnIijHHlSvInibJpiHIrR/Isx3GuR3Fvx7FxB7FyyDH0STH1SjH\
      2S3F3jTH4DrH4UPJ4kvK41XJ417I5WfJ527KzyCDyyKCxSaEviuHtzGLsDaNqD2MokaNmlCPkVmSiWKVg2uaenWjdICtboy3Y5a/WaDGUqrL\
      SrLNRLvNP8PKOMrHNNHEL9fEKN3GJODHIePKIOTMHeXMGuTKGuPJG9/KHtrLIdbLI9HMJcrLKcPMLrvLMbPKN6nKPJ/KQpXKSYzKT4LJV3bI\
      YGvJaGPJb1nJeU7JgUbJhz7KkDXLmy/LoynKqyPKsiHJuB7IvhzHxB3HyR3Hzx7H1CHI2CTJ3CnH4C/J4jXJ4jzK4kXL407L4lbK42DL5mbM\
      yB+BxSCBviODuCeHsiyOqzGRpTiOnkCMlEiOilGUg1uYe2Ogc261bHjAZYPFW47IU5jLS6LMRavNQLXNOr3MNMTML8zLK9LLJtjMI9zNIeDO\
      HeLNG+TNGeXMGeTMG+LMHt7NIdrOJNbNJs/NK8jNMMHNNLrMO7DLQafLR57LT5TMVorNX37MaHTNb2rMdWDKgFbKh07KjUXMlzvOoTTOqS3N\
      ryjMtiTLvCDKxB7Lyh3NzhvL0x3K1yDL2yLL3iTL4inN5C/N5TXM4z3M4kbM4E7L4VfM4l3OxR+CwR+DuiGFsySJrSiMpi2MnjKNlzuPjkOQ\
      g0qTfVOed1ywbGfBZXHJX3zLVYbMTZLNRpzMQKXNO6/NNbjML7/OK8fPKM3PI9TOItnOIN3PHuDPHOTPG+bPG+XPHeTOIOHOJN3PJ9nPKtTP\
      L83PNMfQOcDOQLfNRq7NTKXNVZzOXZLQZobQb3zQdnLPfWjNhV7MjVXNk0zPnUPQpzvRrzPQtC3OuinNwCTMyCLNzh/P0hzO1hzN2h/M3SDO\
      4CHO5CbP5ivP5TDP5DjO4UDN3knM31HO4FbQwh2Dvh2FtR+HrSGIpiWHnyqGly6KjzWQhzyUfESZeE2tcVXBZl7HX2jKWXLNT33OR4nOQJPN\
      Op3ONqbNMbDNK7jNJ8HQJMfQIc7OINTOH9nPHt3QHeLRHeTQHuXQIOTQI+HQJ9/SKtzRLtjRM9LROM3QPcbPRb7PS7bPUq7PWqPQYpnRa47Q\
      dIPRe3rQgm/OimXNklzPmFLQokjSq0DSszjQujLPvy7NxCjNyyTO0SHP1R3P2RzP3B3Q3x7R4CDQ5CPR5SfR5CvR4jPQ3zvP3ULN3UnP3k7R\
      vhuCuRuGsR2IqCCGoCSEmCeFjyuHhy+NfjWbdj2ycUbDaU3LYFfNWmHPVGvRSnXRQoHRPIvQNpTPMZ7PLKjQKLLQJbrTIsLTIMnQH8/PH9TQ\
      H9rRHt/RHuLRH+TSI+PTJ+LTK+DTLt7TMtzTN9fSPNPRQs3QSsXRUb3RWLXRX6zSaKLRcZbSe4zTgoPRiXnQkm7QmWXRn1vRqVDTskfTuT/T\
      vzjRxDPPySzOzyfO1SPP2R/R3R3T3x3U4B3U4R7U5CDV5SLT5SjU4i7T3zXS3DzR2kPS20jTuxyDthyErByGoh2GmiCGkiSHiyiKgiyYejGv\
      cznIbEHTY0bRW1DRVFnTTmLURWzUPnjUN4LTMovTLpbSKaDSJarTIrTVILzVH8TSHsrRH9HTH9bTH9vTHt/SIeLTJuTUKuTWLuLWMeDWNeDW\
      O9zVQNfURtLSTsvSVsTSXrzSZbTSbqrTd57SgZTUiIvTjoHRmHbTn23UpWLUrljWt07WvkXVxD/TyTjSzjLR1CvR2SbS3CHT4B/W4h7W4x3W\
      5B3X5R7X5B/W4yTW4SnV3i/U2jbU2TzU2EDVtx2DsR2Bpx2DnRuHlB2JjCCLhCKWfietdi3FbjLTZTnWXD7UVUjUTlHWSFrXQGTXOm/XM3nX\
      LoPWKo7VJ5nUIqPVIK3XHrbXHL7UHMXUHsvVH9HWH9jWH9zVI+HWJ+PXLOXXMePXNOLYOeHZP9/XRdrWS9XUU8/UW8nUY8HTa7rUdLHVfKbV\
      hpzWjZPVlIrUnX/WpHXWqmrWs2DYvVbZxE3ZyETWzT7U0jbU1y/U3CnW3yTX4iDW4x7X4x3W5RzX5h3Y5B7X4R/W3yXW3CrW1zDV1TbW1TnX\
      siCBrB+Boh2Dlx2IjR2OhRyZgCCyeiPHcSjUZi3UYDPWWDnXUEHXSknYQ1HZPFvZNmbZL3DYK3nXJ4TWJI/VIJnWHqTYHa7ZGrbXHL/YHsXa\
      Hs3ZINTaItrZJN7YKOHYLuPYM+PYOOTaPePbROHaS97ZUtnYWtTYYs/YasjYccDXerjYg6/ZjaTZlJvYm5LYpIfYq33asXLaumjbwl3bx1Ta\
      zEzZ0ETX1TzW2TTY3S3Z4CfZ4yTY4yHX5B7X5R3Y5BzX4hzX4B7X3CHX2SbX1SvX0zHX0jPYqyOFpSKEmh+Djx6Ihx2ZgRyzfBzNdR/YbCTY\
      YSrWWi/YUzTaSzzaRUPaP0vcOFTcM1/dLWjbKnLaJ33ZI4fYH5HZH5zbHabcG7DaHbndIMDeH8jdIc/cJNXcJ9vbLN/bMuHbN+LaPOTcQeTe\
      SeLdUeDcWN3cYdjbaNPacM3aeMbagb/birbck6zcm6TcopvbqZDbsIbctnzcv3Hexmbdy1zd0FLb00va10La3Drb3zPc4Szc5Cja5CTY4yHX\
      4x/Z4x7Z4hzZ3h3Z2iDZ1SPY0SjZzy3Zzi/aoyaLnCWGkCKGhx+Sgh6wfBzOdhrebxzfZSHaWyXYUyraTS/cRjbcQD3cOkTeM03eL1ffKl/e\
      KGndJXPbIn7aHojbHpPdHJ3eG6jdHrHfILnhIsDfJMnfJtDeKtfcMNvcNd/cO+DcQePeR+TgT+PeV+HeX9/eaNvdb9fcd9HbfsvchsTdj7ze\
      mbPdoKrep6HdrZbbtI7buoPcwnndyW3dz2Lc01rc1lLc2Unc3UDd4Dne4jLd4yzb4ija4STZ4SHa4B7b3xzc2xzb1x7b0SHazCXbySnbxyvb\
      myuRkiiLiSSSgyKtfSDLdhzcbxvhZxvhXR3fUyLdTSffSCvgQTHfPDbfNj3fL0bhK0/hJ1ffJWHfI2zfIXbdHYHdHYzfHJbgHaDeIKngIrHi\
      JLnhJ8LgK8rgL9HeNNfdOtveQd7dR+HfTePhVePfXOLeZODebd7edtvdfdbchdLejcvelcPfoLrfp7Lgrares6DcuZjcv43dx4Ldznfe1Gze\
      12Ld2Vrc21Dc3kje4D/f4jje4jHd4Svd3yfc3yLd3x/d3R3d1xzd0h3ezR/exyPexCbewifelTKNji2VhiirgCXJeSLbbx7faB3hYBviVxvi\
      TiDiRyTkQSfiPCzgNzHgMTjgKz/iJ0niI1DhIlrgIWTfHm/eHHndG4TgGo3gHZjfIKLgJKviJ7PiKr3hLsXgMs3eN9PdP9jeRdzgTODhUuLi\
      WuTgYeTfauPgc+Hfe9/eg9veitbektDfm8jhpcDhrLjhsrHguKjevp/exJTezInf037f13Tf22re3WLf3lje4k7f40bg5D7g4zbh4y/i4Srg\
      3yXg3SHg2x7h1R3h0B3hyh7hxCDgvyPgvSTgkjaFjTGfhivCfibYdSLfax7eZB3gXRziUxvjSR7lQyHmOyThNynfNC7fLjTfKDvhJETiIEzh\
      H1TfHl7eHGndGnPcGH7fGYjhHJPeIJ3fJKbhKLDhK7rhLsLfMsrfOdDdQNXeSNrgTt7iVOHiXOXgZObfbeXgd+PggOHfh97fj9vgmNbioc7j\
      q8bksr7kt7fjvq7hxKXgyZvh0ZDh14Xh23rh3nDg4Gjh4V3g5FPh5Urh5kHi5Djk5DLl4S3i3yfi3SPi2R/j1Bzizhzjxx3iwR7hvCDguSHf
      """
    ),
    (
      20,
      """
      kOKDoOCGstiLw8iR0LaV25+a4Ieg4m+l4Viq20Kt0zKzxya4uR2+px3DlCPKgS7ObkDOWVTaSGvcO4TDLZuRJLKFHsaDHtWEIN+CJuODL+GD\
      O9qCTcuCXbuCneKDreKIvt6NztKT2cOW3rCZ4pmf44Cl32iq2FGtzD20vS24riK9mx7Chh/HdCbLYTLOTkTVPVrIL3KcJ4mKIaKGHbiGH8qH\
      JNiHLeCFOeOGR9+GWtSHasiHq92Cu+KIyOOM1d2S3tGV4sGZ46uf4ZSl2nyr0GOvwk20sDq4oCq9jSHCdx3HZR/MVCfTQzbDMkmbKF6OIXaN\
      HY+KHaeKIryLKc6LNNuKQ+KMU+SLZt6LdtWLuNSCxt6I0eSM2uOR4duU486a4rug3Kam0Y+sxXawtV6zokm3kDa9fSjDaSDIVx3KRiG/Niqh\
      KjmRJEySHmOSHXyQIJSQKKuPMcCQP9GQUNyTYeORdeKQht2QwsiCz9WI2eCM4OOQ5uCV49ia3sqg1bilyKKruomvqXK0lVq4g0O/bzLEWybG\
      Sh+9OB2jLCKWJC2VHz2WHFGXHmiXJYCWMJiWPK+WSsSVXdOXcN6XheKWl+GXzbmD18qI39iL5OCR4+OX4N+b19egzMilwLSsrZ2wm4W1h2y6\
      c1XAYUHCTjC8PSWlLx6bJh6aHySaHS+cHkCaI1WbLWycOYWcSJ2bWbSbbMebf9ablN6co+Ob1aeE3buI48yM5dmS4eGY2uSbzt+gwtOltMOs\
      oa+wjJmzeIG4ZWi8UlK3QD2sNCyiKiKfIh2eHR+eHSafITOgKUSgNFqhQnKhVIqgZqKge7iij8qho9ehsuCg3JWC4qqI5L+K4dCP2t2U0uKa\
      xOOgtt2lpdGqkcCvfayzapS3WHu4RmKuN02kKzmlIyqkHyCkHh2jICCkJyilMTalP0mlT16kYnekdY+liaemnb2lr86lvdql4YGB5ZiH46+L\
      3MOP09SUyt6bu+KhqOKkltuqgs6ubry0XKe1So6yOnasLV+nI0mqHTepHSipHx+pJB2pLiGpOyuoSzmpXUyocWOphHyql5WqqaypusGpx9Cq\
      4m2B5IOI4JuM17ORzMaWvtWZrd+fmuSkh+Gqc9iwX8uzTbixPaOvMYuvJXKvH1qvHEStHjKvJCWuKx+tOB2vRiKuWC2vaz2vflGwk2iupoGu\
      t5muxrCv0cKx4luB4XCI24iM0KCRwreXssqbn9iejOGkeuKsZOCxUtazQcezM7SzKp60IYa0HG2zHVW0IUC1KTCyNCSzQh6zUx60ZSS0eDGy\
      jUG0oFWzs220w4azz5602bK230mD212I0nWMxY6QtqaWpbqekc2hfdqmbOGuWOO1Rt63N9O5K8S5I6+5Hpm5HYG2IWe4KFC5Mj23Py24TyK5\
      YR26dB65hye3mzO5rUW6vlu5zHK414u54KC63TmD1UuIyWGMunqOqZKUl6qbgb+ibdCsXNy3SuK+OuO+Ldy/JNG+H8C9HKy8HpW8JXu+L2O/\
      O02+TDm/XCq+byG/hBy/lx+9qii+uza+ykm+1V+93Xe95Iy+1y2DyzuHvk+MrmePm3+UiJeac66qX8S7TtLEPt3GMeLEJ+HGINvEHs3CHr3C\
      IqfCK4/FN3fERl7DWEjEaTfCfCnDkx/Eph3CtiHCxirC0znC3E3D4WPD5XjDziSDwC+IsD+Mn1SQjGuXeoOlZpy7UrPJQ8XKNdXFKODHIOPK\
      HOHJHdjJIcvJKbjINKLJQovIUnLHZlrHeUXIjTLIoyXJsx7Hwh3G0CLH2i3H4T3J4lHJ5GXJwh+DtCaIozKNkEORfFijanDAVonKRaLNN7fM\
      K8nNI9jNHuDOG+TOIODOJ9bOMcfOP7TNT57NYoXOdW3NiFXMnEDPry/OvyTMzR7N2B7M4CTO5C/O4UHM4FPOuByEpyCGkyiJgDWgbkfDW13O\
      SXXROI7QLabQI7vSH8zQH9nRH+LSJ+LTL93UO9TSS8TRXLHRcZnShIDRl2jRqlDTvD3SyS7P1iLR3h3T4h7U5CXT3zTS20LSrR6CmR2IhSCf\
      dCrFYDjUTkvWPWHYL3nXJpLVH6rXHb/WH8/XItzXLOLYOOLZRtzYWNHWasDWf6vXk5TWpXzXt2PZx03Y0zrW3SrX4iHX5B3X4h7X2ijW1DPX\
      nCSIiR+ceRzNZiHaUizbQzzcNE/eKWXcIn7aHZfcHq/eIsLeKdPcNN7cQ+LdVOHdZ9rces7bjrzdoafdspDcwnfd0F7c2Urb4Dbc4inb4SHa\
      3R3b0iHbyinbjy2XfiXGbB3eWB3hRSTiODDfK0HhI1XgHm3eG4bfH5/fJ7ThL8jfPdfeTeDgX+PfdODfh9jem8rhrrbhvaHezIjf2W/f31nf\
      40Pg4zHh3iXg2B7hyh7gvyLf
      """
    ),
    (
      10,
      """
      ouGFwdWP2bSY4oei3FisxzK2qB/AgiXKXEHSOmy7JZuLHsWFJ92FPN+FW8yGutyG0eCO4M6X4Kihz3qtsky2jivAZx/JRSq7KkuWH3mPIqiN\
      NM6NUuCOdN2Oz8qG392O4t2Y1ceivJ+tmG+3cUPBTSe4MCCeITCZIFSZL4OZSrGYbtOZkuCZ3auG4s2N2eCYw9uiosCte5a1VWW2Nz2nJCOi\
      HyGhKTeiQl6iZI2ii7mjrdai44aF3bCOydKXquChhNesXbmzPYyvJV2sHjesJSGsOiSsWz2sgmasp5asw76s31+G0IuOs7eZjtaiaOCwRNK2\
      K7C2H4O2I1S2NDG2UiC2dyi2nkS2wG+21pu20z6Gu2WNmJSYcL+tTNq/MN/CIM3AH6m/LnrBSkzBbSzBlh/BuSvA00vA4HTAvyiGoEOPe26p\
      VZ7FNsbKI97LHd7LKcfLQaDLZHDKi0TLsSbLziDJ3zDL4VDLpx+HgyumXkvNPXjUJqfTHszUJd/VOtvVWcHTgZbUp2bVxzzU3CTU4yHV2jPU\
      jCSiah/WRzHeLVXeH4XdIbPfMtTdT+HedNbdm7bdvYnd11rd4TTd3SDdzCPd
      """
    ),
  ]

  /// A picture of 9 rows of 13 columns: (37·x² + 11·y² + 5·x·y·(channel + 1)) mod 256, in other sizes.
  public static let resized: [(height: Int, width: Int, pixels: String)] = [
    (
      4, 5,
      """
      SE1RgYeVbndxgXF2fqR9eYB4mG6an4B8cmmIcX2ahIBjh4GGintoco2Aa4CXen90nYeOen6VfFuLjGqE
      """
    ),
    (
      14, 17,
      """
      AAAAGBgYU1NTh4eHUVFRT09PdHR0hISENDQ0HBwcLCwsYmJisbGxf39/eXl5mpqa0NDQBQUFHiAiW19ikZabXWRrXWVuhI6YlaKuR1VjMUFQ\
      QlRme2t+y3B+m51Sl69RkKp4epayDw8PKi0yaXF5oq66cIGQcoebnKfAr7jOZIWLUHaAZH+cl26c1jJWqbcxp+E4fLpcIWOKJCQkQUdNg4+c\
      vtHlj6nCk7TUv4yz1nFxjME1e7cykW5WlkSNZHfDOoSlOpazS66lXcZvQkJCYWlxfI2ekJmzsHSYvYWxvHOpuGeCvaFNr5tRkmtHdU1pX2fT\
      N0i9OVTTZIe1ocxcZmZmiJGVZHqKOjBQzBA95CVeoV2hdILP7FCi4E+teHJdRHJAmCqqeQ+ceiG4pFai45lPl5eXu8dim7VoVW+XbFWLfW6z\
      il6wj1eOjKhpg6x7dHyKX2WRS5aPrYCHbZarVZaclnNQfn5+pLFPqKRchnKSYZuOb4W9fmKbhl9VhbU2fr5QcpKSYICuT7Z6s6V6dcGlQqid\
      UVRXGRkZQVBai0hlzTdCquRFu2l8f2dhWZoj2HYL04Utc7V1RsWZoottioBzk6CmbY2mEjxmXFxchplGl5VhhnCbZbGleJl2g4J+i2uZnUWJ\
      m1k7i5NmeqmScG5sVGh7Y4y1dn68fTKCcHBwnLBJoLFtfH/DXXnVc6ZmkYOImErfX1vWX0JCh3Ndio6RQFdyV1WJTn+kbXWvty6lJycnVmtw\
      n3KT3kWQwkOo23ZBrldqYErJKt3HLEs7VlpdXHqYHkiBtUyea3pgSXZplTLQc3NzS2N8cndzxJ9oqqKIxXmJj3igVJ6/ieLEj0E/ck1pYnOr\
      gUabx07ArYF5iYJXfkN+wMDATGaAS4RTn/ZNh/xyo4PMb5rUUue55NTE6zZEkUZzbm+63EawyFHa4YiZxoxScFAw
      """
    ),
    (
      9, 6,
      """
      KysrYGBgampqMjIyhYWFnJycOj5CeIaTjqa/YXeav4ROe7NPX2dvp8Ldx4h6mJczQGvIOKi0a3eDnitUpmCpql2EdDGKp0+TvMxuXZOyfG6R\
      Y6l/b6mVW6iJUjdLtnpVh389oZtNgJuDY3uUoLhiVKWuiW24hltvWnGHeGW1Yk9r2k98gWeQOGtpZV2LbmR+bo5/jMZ8frvCuVx4uV67uHlo
      """
    ),
    (
      1, 1,
      """
      f3qA
      """
    ),
    (
      3, 13,
      """
      HBwcR01TnKm1e26BhX6XuJe2dXtgXGhUbmByqWGZbo1rfaKHd6KNaWlporZZe2qSgYSHmHaph12IpI1bmZZbZniJYYaQiW2LUZ7Qf29fYGBg\
      Zohqt3t+kpect35lZW63fqmzgS0ZbpyqZFSEpVeocKN2hTqP
      """
    ),
  ]
}
